import FoundationEssentials
import Glibc
import IXCommand
import IXCore
import IXWebhooks
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Reports why the listener can't receive callbacks.
struct ListenFailure: Error {
    let reason: String
}

/// A small HTTP server on 127.0.0.1 which prints the callbacks received.
final class Listener: Sendable {
    private struct Seen {
        var times: [String: Int] = [:]
        var total = 0
    }

    private let verifier: WebhookVerifier?
    private let status: Int
    private let count: Int?
    private let json: Bool
    private let seen = Mutex(Seen())
    private let enough = Mutex<CheckedContinuation<Void, Never>?>(nil)

    init(verifier: WebhookVerifier?, status: Int, count: Int?, json: Bool) {
        self.verifier = verifier
        self.status = status
        self.count = count
        self.json = json
    }

    /// Listens until `count` callbacks were answered, or without end when `count` is nil. Port 0 takes a free port.
    /// Throws `ListenFailure` when the port can't be bound.
    func run(port: Int) async throws {
        let channel: any Channel
        do {
            channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelInitializer { [self] channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                        try channel.pipeline.syncOperations.addHandler(ReceivingHandler(self))
                    }
                }.bind(host: "127.0.0.1", port: port).get()
        } catch let error as IOError {
            throw ListenFailure(reason: "port \(port): \(String(cString: strerror(error.errnoCode)))")
        }
        let line = "listening on http://127.0.0.1:\(channel.localAddress?.port ?? port)/"
        // Standard output holds objects alone with --json.
        if json { StandardError.say(line) } else { say(line) }
        await withCheckedContinuation { continuation in enough.withLock { $0 = continuation } }
        try await channel.close()
    }

    /// Prints a callback and returns the HTTP status of the answer: 401 for a bad signature, else `status`.
    func received(path: String, headers: [(name: String, value: String)], body: [UInt8]) -> Int {
        let id = headers.first { $0.name.lowercased() == "webhook-id" }?.value
        let times = seen.withLock { seen in
            seen.total += 1
            guard let id else { return 1 }
            let times = (seen.times[id] ?? 0) + 1
            seen.times[id] = times
            return times
        }
        let fault = verifier?.fault(body: body, now: Int(Date().timeIntervalSince1970)) { name in
            headers.first { $0.name.lowercased() == name }?.value
        }
        let callback = ReceivedCallback(
            path: path, headers: headers, body: body, fault: fault, isVerified: verifier != nil, times: times)
        say(json ? callback.json : callback.text)
        return fault == nil ? status : 401
    }

    /// Writes without buffering, also to a pipe or a file.
    private func say(_ line: String) {
        Terminal.write(PrintedText.safe(line, keepsLines: true) + "\n", to: STDOUT_FILENO)
    }

    /// Ends `run` when enough callbacks were answered. The handler calls `answered` after the answer was written.
    func answered() {
        guard let count, seen.withLock({ $0.total }) >= count else { return }
        enough.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }?.resume()
    }
}

/// Reads the requests of a single connection. Concurrency: used only on the connection's event loop.
private final class ReceivingHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let listener: Listener
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(_ listener: Listener) { self.listener = listener }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): (self.head, body) = (head, [])
        case .body(let bytes) where body.count + bytes.readableBytes <= Limits.responseBytes * 2:
            body += bytes.readableBytesView
        case .body: context.close(promise: nil)
        case .end: answer(context)
        }
    }

    private func answer(_ context: ChannelHandlerContext) {
        guard let head else { return }
        let status = listener.received(
            path: head.uri, headers: head.headers.map { ($0.name, $0.value) }, body: body)
        let headers: HTTPHeaders = ["content-length": "0", "connection": "close"]
        let response = HTTPResponseHead(
            version: head.version, status: HTTPResponseStatus(statusCode: status), headers: headers)
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        let context_ = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { [listener] _ in
            context_.value.close(promise: nil)
            listener.answered()
        }
    }
}
