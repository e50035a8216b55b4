import CSpawn
import FoundationEssentials
import Glibc
import IXCore
import IXPipelinesSupport
import Testing

@testable import IXPipelines
@testable import IXPrograms

/// What programs can't see, and what they see all the same. As root: a path is hidden where only root may make files.
@Suite(.enabled(if: geteuid() == 0 && ix_landlock_version() >= IX_LANDLOCK_FILES), .timeLimit(.minutes(3)))
final class WallsTests {
    private let workshop: Workshop
    private let root = "/run/ix-walls-\(UUID().uuidString.lowercased().prefix(8))"
    private var secret: String { root + "/hidden" }

    init() throws {
        workshop = try Workshop()
        for path in [root, root + "/hidden", root + "/open"] { mkdir(path, 0o755) }
        for path in ["/hidden/password", "/open/file", "/file", "/jobs.db", "/jobs.db-wal", "/other.db"] {
            try write("text\n", path)
        }
    }

    deinit {
        // ignored: what is left of a test's directory does no harm
        try? FileManager.default.removeItem(atPath: root)
    }

    private func write(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: root + path), options: .atomic)
    }

    private func walls() -> Walls { Walls(hiding: [secret], starts: [root + "/jobs.db"], home: "/root") }

    /// What each of these lines of shell says, run as a pipeline's program.
    private func says(_ lines: [String], _ walls: Walls) async throws -> [String] {
        let script = lines.map { "(\($0)) >/dev/null 2>&1 && echo yes >&2 || echo no >&2" }.joined(separator: "\n")
        let settings = try ExecSettings(
            command: ["sh", "-c", script + "\necho '{}'"], environment: ["R": root], timeout: .seconds(60),
            workingRoot: workshop.root, daemon: [:])
        let report = try await ExecPipeline(settings, walls: walls).run(.sample(), context: workshop.context())
        #expect(report.response != nil)
        return workshop.logTail.split(separator: "\n").map(String.init)
    }

    @Test func `what is hidden can't be read, changed, made, moved, linked or removed`() async throws {
        let tries = [
            "cat $R/hidden/password", "echo x >>$R/hidden/password", "truncate -s 0 $R/hidden/password",
            "echo x >$R/hidden/new", "mkdir $R/hidden/new", "mv $R/hidden/password .", "ln $R/hidden/password ./x",
            "ln -s $R/hidden/password x && cat x", "rm -f $R/hidden/password", "mv $R/hidden $R/open/hidden",
            "cat $R/jobs.db", "echo x >>$R/jobs.db-wal", "echo x >$R/jobs.db-journal", "cat /proc/self/root$R/jobs.db",
        ]
        #expect(try await says(tries, walls()) == tries.map { _ in "no" })
        #expect(try String(contentsOfFile: root + "/hidden/password", encoding: .utf8) == "text\n")
    }

    @Test func `what lies beside it is as it was, and the private directory the program's own`() async throws {
        let tries = [
            "cat $R/file $R/other.db $R/open/file", "echo x >>$R/file", "echo x >$R/open/new",
            "mv $R/open/new $R/open/moved", "mkdir d && echo x >d/x && mv d/x y && ln y z && rm y",
            "cat /etc/passwd /etc/hostname", "ls / /etc $R", "python3 -c 'import ssl, sqlite3'", "echo x >/dev/null",
            "t=$(mktemp) && echo x >$t && rm $t", "cat /proc/self/status /proc/meminfo",
            "python3 -c 'import socket; s = socket.create_server((\"127.0.0.1\", 0)); "
                + "socket.create_connection(s.getsockname())'",
        ]
        #expect(try await says(tries, walls()) == tries.map { _ in "yes" })
    }

    @Test func `a file that was put in another's place is seen by the next start`() async throws {
        let walls = walls()
        #expect(try await says(["cat $R/file"], walls) == ["yes"])
        try write("another\n", "/file")
        try write("new\n", "/new")
        #expect(
            try await says(["cat $R/file", "cat $R/new", "cat $R/hidden/password"], walls) == ["yes", "yes", "no"])
    }

    @Test func `walls of a process are out of date once a file that it had was put in another's place`() async throws {
        let walls = walls()
        _ = try await says(["true"], walls)
        let before = walls.generation
        try write("new\n", "/new")
        _ = try await says(["true"], walls)
        #expect(walls.generation == before, "a new file took no other's place")
        try write("another\n", "/file")
        _ = try await says(["true"], walls)
        #expect(walls.generation != before)
    }

    @Test func `a private directory in a hidden path is the program's all the same`() async throws {
        let walls = Walls(hiding: [root + "/hidden"], home: "/root")
        let settings = try ExecSettings(
            command: ["sh", "-c", "echo mine >file && cat file && cat ../password; echo '{}'"],
            timeout: .seconds(60), workingRoot: secret, daemon: [:])
        let log = workshop.context()
        let report = try await ExecPipeline(settings, walls: walls).run(.sample(), context: log)
        #expect(report.error?.code == "bad_output" && report.error?.detail?.hasPrefix("mine") == true, "\(report)")
        #expect(log.log.tail.contains("ermission denied"))
    }

    @Test func `without Landlock programs start and see everything, and that is said`() async throws {
        let walls = Walls(HiddenPaths([secret], home: nil), version: 0)
        #expect(try await says(["cat $R/hidden/password"], walls) == ["yes"])
        #expect(walls.lacks.contains { $0.contains("Landlock") } && walls.hidden == [])
    }

    @Test(arguments: ["/tmp/ix-walls", "/root/state"])
    func `a path is open where programs may make files on the way to it`(path: String) {
        let hidden = HiddenPaths([path], home: "/root")
        #expect(hidden.way.isEmpty && hidden.open.count == 1)
    }

    @Test func `what isn't there yet is hidden by the first folder that isn't`() {
        let hidden = HiddenPaths([root + "/not/there/yet"], home: "/root")
        #expect(hidden.paths == [root + "/not"] && hidden.way.map(\.path) == ["/", "/run", root])
    }

    @Test func `every folder on the way leaves out one name`() {
        let hidden = HiddenPaths([secret, secret + "/deeper"], starts: [root + "/jobs.db"], home: nil)
        #expect(hidden.way.map(\.path) == ["/", "/run", root])
        #expect(hidden.way.last?.leavesOut("hidden") == true && hidden.way.last?.leavesOut("jobs.db-shm") == true)
        #expect(hidden.way.last?.leavesOut("file") == false && hidden.contain(secret + "/deeper/x"))
    }
}
