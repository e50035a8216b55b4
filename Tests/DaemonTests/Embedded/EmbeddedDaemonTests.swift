import FoundationEssentials
import Glibc
import IXConcurrency
import IXCore
import IXTestSupport
import Testing

/// The daemon on the file, the real programs around it.
@Suite(.timeLimit(.minutes(3))) struct EmbeddedDaemonTests {
    /// Only the watch can notice a job in time.
    private static let noPoll = ["worker.poll_seconds=3600"]

    @Test func `jobs of other programs are picked up and done`() async throws {
        try await TestFile.with { file in
            let daemon = try await TestDaemon.ready(file.path, set: Self.noPoll)
            let said = try await TestCtl.run(file.path, ["enqueue", "echo", "--wait"])
            #expect(said.exit == .code(0) && said.lines.first?.hasSuffix("done") == true)
            let python = try Producer(file.path, name: "p", count: 20)
            #expect(try await python.process.exitStatus() == .code(0))
            for _ in 0..<20 { try await daemon.process.waitForLine(containing: "request_id=p-20 ") }
            #expect(try await eventually { try await file.counts() == ["done": 21] })
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `a second daemon is refused and told who runs, and the first goes on`() async throws {
        try await TestFile.with { file in
            let first = try await TestDaemon.ready(file.path)
            let second = try TestDaemon(file.path)
            #expect(try await second.process.exitStatus() == .code(69))
            let said = second.process.lines.joined(separator: "\n")
            #expect(said.contains("is in use by") && said.contains("\(first.process.pid)"), "\(said)")
            #expect(try await TestCtl.run(file.path, ["enqueue", "echo", "--wait"]).exit == .code(0))
            #expect(try await first.terminate() == .code(0))
        }
    }

    @Test func `after kill -9 the next start takes the running job up at once`() async throws {
        try await TestFile.with { file in
            let first = try await TestDaemon.ready(file.path, set: Self.noPoll)
            let id = try await file.enqueue("sleep", #"{"options":{"seconds":60}}"#)
            try await first.reach(.claimed, id)
            first.process.signal(SIGKILL)
            _ = try await first.process.exitStatus()
            let start = ContinuousClock.now
            let second = try await TestDaemon.ready(file.path, set: Self.noPoll + ["worker.grace_seconds=0"])
            try await second.reach(.claimed, id)
            #expect(ContinuousClock.now - start < .seconds(15))
            let job = try #require(try await TestCtl.run(file.path, ["get", id, "--json"]).objects.first)
            #expect(job["status"]?.string == "running" && job["attempts"]?.text == "1")
            #expect(try await second.terminate() == .code(0))
        }
    }

    @Test func `TERM lets what runs finish, HUP reads the configuration again`() async throws {
        try await TestFile.with { file in
            let daemon = try await TestDaemon.ready(file.path)
            let id = try await file.enqueue("sleep", #"{"seconds":1}"#)
            try await daemon.reach(.claimed, id)
            daemon.process.signal(SIGHUP)
            try await daemon.process.waitForLine(containing: "configuration")
            #expect(try await daemon.terminate() == .code(0))
            let job = try #require(try await TestCtl.run(file.path, ["get", id, "--json"]).objects.first)
            #expect(job["status"]?.string == "done" && job["attempts"]?.text == "0")
        }
    }

    @Test func `the first TERM that a start catches ends the daemon with 0`() async throws {
        for _ in 0..<10 {
            try await TestFile.with { file in
                let daemon = try TestDaemon(file.path)
                while try !daemon.handlesTerm { await Task.yield() }
                #expect(try await daemon.terminate() == .code(0))
            }
        }
    }

    @Test func `the file is looked into while no daemon runs, and beside one`() async throws {
        try await TestFile.with { file in
            _ = try await file.enqueue("echo", "{}")
            let alone = try await TestCtl.run(file.path, ["stats", "--json"])
            #expect(alone.objects.first?["due"]?.text == "1" && alone.objects.first?["daemons"]?.text == "[]")
            let daemon = try await TestDaemon.ready(file.path)
            try await daemon.process.waitForLine(containing: ") done in ")
            let beside = try await TestCtl.run(file.path, ["stats"])
            #expect(
                beside.text.contains("store: the embedded store \(file.path)") && beside.text.contains("daemons: 1"))
            #expect(try await daemon.terminate() == .code(0))
        }
    }
}

extension TestDaemon {
    /// True when TERM no longer has its default effect on the process.
    fileprivate var handlesTerm: Bool {
        get throws {
            let status = try String(contentsOfFile: "/proc/\(process.pid)/status", encoding: .utf8)
            return status.split(separator: "\n").contains { line in
                guard line.hasPrefix("SigIgn:") || line.hasPrefix("SigCgt:") else { return false }
                let set = line.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) } ?? 0
                return set >> (SIGTERM - 1) & 1 == 1
            }
        }
    }
}
