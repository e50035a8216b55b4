import ArgumentParser
import AsyncHTTPClient
import FoundationEssentials
import IXCommand
import IXCore
import IXStore
import NIOCore
import NIOHTTP1

/// An HTTP server of ix-worker, asked by the command line.
struct RemoteServer: Sendable {
    fileprivate static let answerBytes = 8 << 20
    /// Longer than the longest wait of the server.
    private static let timeout = TimeAmount.seconds(90)

    private let server: String
    private let token: String?

    init(_ server: String, token: String?) {
        self.server = server.hasSuffix("/") ? String(server.dropLast()) : server
        self.token = token
    }

    /// Asks for a path; returns the body of the answer. A refusal ends the program with its exit code and its detail.
    func get(_ path: String, _ query: [(String, String?)] = []) async throws -> String {
        try await send(.GET, path, query)
    }

    /// Posts to a path; returns the body of the answer. Refusals as in `get`.
    func post(_ path: String, body: String? = nil) async throws -> String {
        try await send(.POST, path, body: body)
    }

    /// Asks for a path within a time. Throws `unavailable` for a server that gives no whole answer by then.
    func look(at path: String, within limit: Duration) async throws(StoreError) -> Reply {
        try await exchange(.GET, path, timeout: .nanoseconds(Int64(limit / .nanoseconds(1))))
    }

    /// Deletes what a path stands for. Refusals as in `get`.
    func delete(_ path: String) async throws -> String { try await send(.DELETE, path) }

    private func send(
        _ method: HTTPMethod, _ path: String, _ query: [(String, String?)] = [], body: String? = nil
    ) async throws -> String {
        let reply: Reply
        do throws(StoreError) { reply = try await exchange(method, path + Self.text(of: query), body: body) } catch {
            throw Exit.unavailable.saying(error.description)
        }
        guard reply.isSuccess else { throw Self.exit(reply.status).saying(reply.detail) }
        return reply.text
    }

    /// An answer of a server.
    struct Reply: Sendable {
        let status: Int
        let text: String

        var isSuccess: Bool { (200..<300).contains(status) }
        /// The problem's members; nil for an answer of a proxy.
        var problem: JSONDocument? {
            // ignored: an answer of a proxy is no problem document
            try? JSONDocument(text.utf8, field: "answer", limit: RemoteServer.answerBytes)
        }
        /// The sentence for people.
        var detail: String { PrintedText.safe(problem?["detail"]?.string ?? "the server answered \(status)") }
    }

    /// Sends a request. Throws `unavailable` for a server that gives no whole answer.
    func exchange(
        _ method: HTTPMethod, _ target: String, body: String? = nil, type: String = "application/json",
        headers: [(String, String)] = [], timeout: TimeAmount = Self.timeout
    ) async throws(StoreError) -> Reply {
        var request = HTTPClientRequest(url: server + target)
        request.method = method
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        // A change of the caller's own is in the answer, also where the server reads from a standby.
        if method == .GET { request.headers.add(name: "cache-control", value: "no-cache") }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body {
            request.headers.add(name: "content-type", value: type)
            request.body = .bytes(ByteBuffer(string: body))
        }
        do {
            let response = try await HTTPClient.shared.execute(request, timeout: timeout)
            let bytes = try await response.body.collect(upTo: Self.answerBytes)
            return Reply(status: Int(response.status.code), text: String(buffer: bytes))
        } catch {
            let reason = RequestFailure(error)
            throw StoreError(.unavailable, operation: target, message: "the server can't be asked: \(reason)")
        }
    }

    private static func text(of query: [(String, String?)]) -> String {
        let pairs = query.compactMap { name, value in value.map { "\(name)=\(encoded($0))" } }
        return pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
    }

    /// Returns the text with each byte beyond the plain ones written as %XX, for a path or a query.
    static func encoded(_ text: String) -> String {
        text.utf8.map { byte -> String in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                return String(UnicodeScalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                return "%" + (digits.count == 1 ? "0" + digits : digits)
            }
        }.joined()
    }

    private static func exit(_ status: Int) -> Exit {
        switch status {
        case 404, 409: .no
        case 401, 403: .permission
        case 429, 503: .unavailable
        case 400..<500: .usage
        default: .internal
        }
    }
}
