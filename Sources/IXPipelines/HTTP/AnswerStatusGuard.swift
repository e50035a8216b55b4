internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTP2

/// A service answered with a status that isn't one.
struct ImpossibleStatus: Error, CustomStringConvertible {
    let status: UInt

    var description: String { "the service answered status \(status), which no answer can have" }
}

/// Stands between a connection's parser and AsyncHTTPClient, which takes 000 to 099 for informational answers and ends the
/// process at the next one. Such an answer is an error of its own request.
final class AnswerStatusGuard: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = HTTPClientResponsePart

    /// Set at the first impossible status: nothing of the connection is passed on from then.
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

    /// Puts a guard behind the parser of every connection (HTTP/1.1) and stream (HTTP/2) of a client, after what the
    /// configuration does with a new connection already.
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
