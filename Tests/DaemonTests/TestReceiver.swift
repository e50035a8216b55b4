import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport

/// A real HTTP receiver: the example's own, or one that behaves as its path says (`behaving.py`).
struct TestReceiver {
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    /// One POST as it came in.
    struct Received {
        let document: JSONDocument

        var path: String { document["path"]?.string ?? "" }
        var body: String { document["body"]?.string ?? "" }
        var isGenuine: Bool { document["genuine"]?.text == "true" }
        /// The job's, committed, as the POST came in.
        var status: String? { document["status"]?.string }
        var id: String { header("webhook-id") ?? "" }
        /// Seconds since 1970, of `behaving.py`.
        var at: Double { document["at"].flatMap { Double($0.text) } ?? 0 }

        func header(_ name: String) -> String? {
            let headers = document["headers"]?.object
            return headers?.names.first { $0.lowercased() == name }.flatMap { headers?[$0]?.string }
        }
    }

    let url: String
    private let process: TestProcess

    static func start() async throws -> TestReceiver {
        try await start("/Config/callbacks/receiver.py", [secret])
    }

    /// Answers as the path says: see `behaving.py`.
    ///
    /// - Parameter store: whose rows are looked at as each POST comes in.
    static func behaving(beside store: String? = nil) async throws -> TestReceiver {
        try await start("/Tests/DaemonTests/behaving.py", store.map { ["0", $0] } ?? [])
    }

    private static func start(_ script: String, _ arguments: [String]) async throws -> TestReceiver {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        let process = try TestProcess("/usr/bin/env", ["python3", root + script] + arguments)
        let line = try await process.waitForLine(containing: "port ")
        return TestReceiver(url: "http://127.0.0.1:\(line.filter(\.isNumber))", process: process)
    }

    /// One JSON line per POST, as received.
    var received: [String] { process.lines.filter { $0.hasPrefix("{") } }

    /// The POSTs to the path, in the order of their arrival.
    func posts(to path: String = "/") throws -> [Received] {
        try received.map { Received(document: try JSONDocument($0.utf8, field: "line", limit: 16 << 20)) }
            .filter { $0.path.hasPrefix(path) }
    }

    /// The first one, once it has come.
    func first() async throws -> String { try await process.waitForLine(containing: "{") }

    func wait(for count: Int, to path: String = "/", within limit: Duration = .seconds(30)) async throws -> [Received] {
        guard try await eventually(within: limit, { try posts(to: path).count >= count }) else {
            throw TestFailure("\(try posts(to: path).count) of \(count) came to \(path)")
        }
        return try posts(to: path)
    }

    func stop() { process.signal(SIGKILL) }
}
