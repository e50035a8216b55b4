internal import AsyncHTTPClient
internal import IXPipelines
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTP2

/// `ImpossibleStatus` is the error for an answer with a status below 100, which HTTP doesn't allow.
struct ImpossibleStatus: Error, CustomStringConvertible {
    let status: UInt

    var description: String { "the service answered status \(status), which no answer can have" }
}

/// `StaleConnection` is the error for a kept connection that the service closed before any byte of an answer. The
/// request may be sent once more, on a fresh connection.
struct StaleConnection: Error, CustomStringConvertible {
    let description = "the service had closed the kept connection"
}

/// `ConnectionGuard` stands between a connection's parser and AsyncHTTPClient.
///
/// AsyncHTTPClient takes statuses 000 to 099 for informational answers and crashes the process at the next answer. The
/// guard turns such an answer into an error of its own request. AsyncHTTPClient doesn't tell either whether a broken
/// connection was a kept one; the guard does, by `StaleConnection`.
final class ConnectionGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = HTTPClientResponsePart
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    /// True after the first impossible status; all further parts of the connection are dropped.
    private var isRefused = false
    /// Answers that came whole.
    private var answers = 0
    /// True from a request until the first part of its answer.
    private var isUnheard = false

    private var isStale: Bool { isUnheard && answers > 0 }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .head = unwrapOutboundIn(data) { isUnheard = true }
        context.write(data, promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefused else { return }
        isUnheard = false
        switch unwrapInboundIn(data) {
        case .head(let head) where head.status.code < 100:
            isRefused = true
            context.fireErrorCaught(ImpossibleStatus(status: head.status.code))
            context.close(promise: nil)
            return
        case .end: answers += 1
        case .head, .body: break
        }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard isStale else { return context.fireErrorCaught(error) }
        isUnheard = false
        context.fireErrorCaught(StaleConnection())
    }

    func channelInactive(context: ChannelHandlerContext) {
        if isStale {
            isUnheard = false
            context.fireErrorCaught(StaleConnection())
        }
        context.fireChannelInactive()
    }

    /// Adds a guard behind the parser of every connection (HTTP/1.1) and every stream (HTTP/2) of a client.
    /// Initializers that the configuration already holds for HTTP/1.1 run first.
    static func add(to configuration: inout HTTPClient.Configuration) {
        let earlier = configuration.http1_1ConnectionDebugInitializer
        configuration.http1_1ConnectionDebugInitializer = { channel in
            let prepared = earlier?(channel) ?? channel.eventLoop.makeSucceededVoidFuture()
            return prepared.flatMap {
                added(to: channel) { try $0.handler(type: ByteToMessageHandler<HTTPResponseDecoder>.self) }
            }
        }
        configuration.http2StreamChannelDebugInitializer = { channel in
            added(to: channel) { try $0.handler(type: HTTP2FramePayloadToHTTP1ClientCodec.self) }
        }
    }

    private static func added(
        to channel: any Channel,
        behind parser: @escaping @Sendable (ChannelPipeline.SynchronousOperations) throws -> any ChannelHandler
    ) -> EventLoopFuture<Void> {
        channel.eventLoop.submit {
            let operations = channel.pipeline.syncOperations
            try operations.addHandler(ConnectionGuard(), position: .after(parser(operations)))
        }
    }
}
