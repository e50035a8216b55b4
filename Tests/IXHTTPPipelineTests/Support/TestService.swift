import FoundationEssentials
import Glibc
import IXCore
import Synchronization

@testable import IXHTTPPipeline
@testable import IXPipelines
@testable import IXPrograms

/// A real HTTP server, in Python: answers as the path says, and tells what it was asked.
final class TestService: Sendable {
    struct Seen: Sendable {
        let headers: [String: String]
        let body: String
    }

    private static let program = URL(filePath: #filePath).deletingLastPathComponent().path + "/service.py"

    private let child: ChildProcess
    private let streams: StandardStreams
    private let log: String
    private let port: Int

    init() async throws {
        log = FileManager.default.temporaryDirectory.path + "/ix-service-\(UUID().uuidString)"
        try Data().write(to: URL(filePath: log))
        streams = try StandardStreams()
        child = try ChildProcess(
            ["/usr/bin/python3", Self.program, log], variables: ["PATH": "/usr/bin:/bin"], directory: "/",
            ends: streams.childEnds, limits: ProcessLimits())
        streams.closeChildEnds()
        var line = ""
        while !line.hasSuffix("\n") {
            var bytes = [UInt8](repeating: 0, count: 64)
            let count = read(streams.output, &bytes, bytes.count)
            if count > 0 { line += String(decoding: bytes.prefix(count), as: UTF8.self) }
            try await Task.sleep(for: .milliseconds(5))
        }
        port = Int(line.dropLast()) ?? 0
    }

    deinit {
        [streams.input, streams.output, streams.error].forEach { _ = close($0) }
        kill(child.number, SIGKILL)
        while ChildExit.status(of: child.number) == nil { usleep(1000) }
        child.reap()
        unlink(log)
    }

    func url(_ answer: String) -> String { "http://127.0.0.1:\(port)/\(answer)" }

    func requests() async -> [Seen] {
        let text = String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self)
        return text.split(separator: "\n").compactMap { line in
            guard let seen = try? JSONDocument(line.utf8, field: "seen", limit: 1 << 22),
                let headers = seen["headers"]?.object
            else { return nil }
            let pairs = headers.names.map { ($0, headers[$0]?.string ?? "") }
            return Seen(headers: Dictionary(uniqueKeysWithValues: pairs), body: seen["body"]?.string ?? "")
        }
    }
}
