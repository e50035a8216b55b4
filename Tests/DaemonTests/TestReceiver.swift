import FoundationEssentials
import Glibc
import IXTestSupport

/// A real HTTP receiver: the demonstration's own.
struct TestReceiver {
    let url: String
    private let process: TestProcess
    private let log: String

    static func start() async throws -> TestReceiver {
        let folder = try Scratch.directory()
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        let process = try TestProcess(
            "/usr/bin/env", ["python3", root + "/Config/demo/receiver.py", folder + "/port", folder + "/log"])
        var port = ""
        let started = try await eventually {
            // ignored: not written yet
            port = ((try? String(contentsOf: URL(filePath: folder + "/port"), encoding: .utf8)) ?? "")
                .filter(\.isNumber)
            return !port.isEmpty
        }
        guard started else { throw TestFailure("the receiver did not start") }
        return TestReceiver(url: "http://127.0.0.1:\(port)", process: process, log: folder + "/log")
    }

    /// One JSON line per POST, as received.
    var received: [String] {
        // ignored: no file means nothing was received
        ((try? String(contentsOf: URL(filePath: log), encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }

    /// The first one, once it has come.
    func first() async throws -> String {
        guard try await eventually({ !received.isEmpty }) else { throw TestFailure("nothing was received") }
        return received[0]
    }

    func stop() { process.signal(SIGTERM) }
}
