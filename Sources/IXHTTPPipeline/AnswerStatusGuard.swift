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

/// `AnswerStatusGuard` stands between a connection's parser and AsyncHTTPClient. AsyncHTTPClient takes statuses 000 to
/// 099 for informational answers and crashes the process at the next answer. The guard turns such an answer into an
/// error of its own request.
final class AnswerStatusGuard: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = HTTPClientResponsePart

    /// True after the first impossible status; all further parts of the connection are dropped.
    private var isRefused = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefused else { return }
        if case .head(let head) = unwrapInboundIn(data), head.status.code < 100 {
            isRefused = true
            context.fireErrorCaught(ImpossibleStatus(status: head.status.code))
            context.close(promise: nil)
        } else {
            context.fireChannelRead(data)
        }
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
            try operations.addHandler(AnswerStatusGuard(), position: .after(parser(operations)))
        }
    }
}
