import FoundationEssentials
import Glibc
import IXTestSupport
import Testing

/// What a daemon that crashed left running doesn't run beside the job's next start.
@Suite(.needsPostgres, .timeLimit(.minutes(3)))
struct OrphanedProcessTests {
    /// A program with a child in its group and one that left it, each of which says who it is.
    private static let family = """
        [pipelines.family]
        kind = "exec"
        command = ["sh", "-c", "sleep 600 & a=$!; setsid sleep 600 & b=$!; echo family $$ $a $b >&2; wait"]
        """

    @Test func `after kill -9 the next start ends the programs of the dead before it sweeps their jobs`() async throws {
        try await TestDatabase.with { database in
            let folder = try Scratch.directory()
            let environment = ["TMPDIR": folder]
            let first = try await TestDaemon.ready(
                database.url, set: ["worker.lease_seconds=600"], toml: Self.family, environment: environment)
            let job = try await database.enqueue("family")
            let pids = try await Self.family(of: first.process)
            #expect(try Self.written(first.state) == [pids[0]])
            first.process.signal(SIGKILL)
            _ = try await first.process.exitStatus()
            #expect(pids.allSatisfy { kill($0, 0) == 0 })
            let second = try await TestDaemon.ready(
                database.url, state: first.state, set: ["worker.grace_seconds=0"], toml: Self.family,
                environment: environment)
            #expect(second.process.lines.contains { $0.contains("left running were ended") && $0.contains("count=1") })
            let areGone = try await eventually { pids.allSatisfy { !Self.runs($0) } }
            #expect(areGone)
            try await database.wait(job, until: "status = 'running' AND attempts = 1")
            _ = try await Self.family(of: second.process)
            let homes = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("ix-") }
            #expect(homes.count == 1)  // the second start's own
            #expect(try await second.terminate() == .code(0))
            #expect(try Self.written(first.state) == [])
        }
    }

    @Test func `a number that was given to somebody else meanwhile is left alone`() async throws {
        try await TestDatabase.with { database in
            let other = try TestProcess("/bin/sleep", ["600"], ownsGroup: true)
            let state = try Scratch.directory()
            try FileManager.default.createDirectory(
                atPath: state + "/default.children", withIntermediateDirectories: true)
            let boot = try String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8).prefix {
                $0 != "\n"
            }
            try "\(other.pid) 1 \(boot) \(state)/ix-gone".write(
                to: URL(filePath: state + "/default.children/\(other.pid)"))
            let daemon = try await TestDaemon.ready(database.url, state: state)
            #expect(other.isRunning)
            #expect(try await daemon.terminate() == .code(0))
            #expect(other.isRunning)
            other.signal(SIGKILL)
        }
    }

    /// The children that are written down.
    private static func written(_ state: String) throws -> [pid_t] {
        let folder = state + "/default.children"
        return try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { file in
            let line = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8).prefix { $0 != "\n" }
            return line.split(separator: " ").first.flatMap { pid_t($0) }
        }
    }

    private static func family(of process: TestProcess) async throws -> [pid_t] {
        let line = try await process.waitForLine(containing: "line=\"family ")
        return line.split(whereSeparator: { " \"".contains($0) }).compactMap { pid_t($0) }.suffix(3)
    }

    /// Not only waiting to be reaped.
    private static func runs(_ pid: pid_t) -> Bool {
        // ignored: what has no entry doesn't run
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
        return stat.split(separator: ")").last?.hasPrefix(" Z") == false
    }
}
