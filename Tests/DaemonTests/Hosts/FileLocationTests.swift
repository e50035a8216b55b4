import FoundationEssentials
import Glibc
import IXTestSupport
import Testing

/// File systems that can't keep the embedded file: named, and no matter of waiting.
@Suite(.timeLimit(.minutes(3))) struct FileLocationTests {
    @Test(.needsRoot) func `a file that is mounted by itself is refused`() async throws {
        let (host, data) = (try Scratch.directory(), try Scratch.directory())
        let made = try await TestCtl.run(host + "/jobs.db", ["enqueue", "echo"])
        #expect(made.exit == .code(0))
        let mounts = try await OwnMounts(
            "mount -t tmpfs none \(data) && touch \(data)/jobs.db && mount --bind \(host)/jobs.db \(data)/jobs.db")
        for (program, words) in [("ix-worker", []), ("ixctl", ["enqueue", "echo"])] {
            var variables = StoreAddress.variables(data + "/jobs.db")
            variables["IX_WORKER_STATE_DIRECTORY"] = host
            let said = try await mounts.run(try Programs.path(program), words, environment: variables)
            #expect(said.exit == .code(78) && said.text.contains("mount its folder"), "\(said.text)")
        }
    }

    @Test(arguments: [
        (Denied.Call.sharedMap, ENODEV, 78, "can't be kept in shared memory"), (.pwrite, EDQUOT, 69, "a quota"),
    ])
    func `what the file system lacks is named`(
        _ call: Denied.Call, _ error: Int32, _ code: Int32, _ words: String
    ) async throws {
        try await TestFile.with { file in
            for (program, arguments) in [("ix-worker", []), ("ixctl", ["enqueue", "echo"])] {
                var variables = StoreAddress.variables(file.path)
                variables["IX_WORKER_STATE_DIRECTORY"] = try Scratch.directory()
                let process = try await Denied.start(call, error, program, arguments, environment: variables)
                #expect(try await process.exitStatus(within: .seconds(10)) == .code(code))
                let said = process.lines.joined(separator: "\n")
                #expect(said.contains(words) && said.contains("file system (") && said.contains(file.path), "\(said)")
                #expect(!said.contains("waiting for the database"))
            }
        }
    }

    @Test func `a second daemon is refused under every name of the file`() async throws {
        try await TestFile.with { file in
            let other = try Scratch.directory()
            let daemon = try await TestDaemon.ready(file.path)
            try FileManager.default.createSymbolicLink(
                atPath: other + "/link.db", withDestinationPath: file.path)
            let linked = try TestDaemon(other + "/link.db")
            #expect(try await linked.process.exitStatus() == .code(69))
            #expect(linked.process.lines.contains { $0.contains("is in use by") })
            // A producer by that name is a producer of this file.
            #expect(try await TestCtl.run(other + "/link.db", ["enqueue", "echo", "--wait"]).exit == .code(0))
            #expect(link(file.path, file.directory + "/hard.db") == 0)
            let hard = try TestDaemon(file.directory + "/hard.db")
            #expect(try await hard.process.exitStatus() == .code(78))
            #expect(hard.process.lines.contains { $0.contains("2 names (hard links)") })
            #expect(try await daemon.terminate() == .code(0))
        }
    }
}
