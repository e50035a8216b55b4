import Glibc
import IXConcurrency
import IXStore
import IXTLS
import NIOCore
import NIOSSL
import NIOTLS

/// `AnswerHandler` sends the request when the connection is ready and reads the beginning of the answer. Concurrency:
/// only on its channel's event loop.
final class AnswerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        case handshake, sent, over
    }

    private let request: PostRequest
    private let limits: PostLimits
    private let deadline: NIODeadline
    private let result: EventLoopPromise<PostResult>
    private var phase = Phase.handshake
    private var answer = AnswerReader(bodyLimit: PostLimits.answerBytes)
    private var timer: Scheduled<Void>?
    private var totalTimer: Scheduled<Void>?

    init(
        _ request: PostRequest, limits: PostLimits, deadline: NIODeadline, result: EventLoopPromise<PostResult>
    ) {
        self.request = request
        self.limits = limits
        self.deadline = deadline
        self.result = result
    }

    func channelActive(context: ChannelHandlerContext) {
        let self_ = NIOLoopBound(self, eventLoop: context.eventLoop)
        let context_ = NIOLoopBound(context, eventLoop: context.eventLoop)
        totalTimer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            self_.value.end(context_.value, because: "the delivery took too long")
        }
        if request.url.scheme == "https" {
            arm(context, limits.tls, "the TLS handshake took too long")
        } else {
            send(context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event {
            do {
                try ServerName.check(context.channel, named: request.url.address == nil ? request.url.host : nil)
                send(context)
            } catch { end(context, because: "the receiver's certificate is not valid: \(error)") }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .sent = phase else { return }
        let hadHead = answer.head != nil
        answer.take(unwrapInboundIn(data).readableBytesView)
        if let fault = answer.fault { return complete(context, .unanswered(fault)) }
        if !hadHead, answer.head != nil { timer?.cancel() }
        if answer.isOver { end(context, because: "the answer is over") }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(context, because: Self.words(error))
    }

    func channelInactive(context: ChannelHandlerContext) {
        let part = answer.isBegun ? "in the middle of its answer" : "without an answer"
        end(context, because: "the receiver closed the connection \(part)")
        context.fireChannelInactive()
    }

    private func send(_ context: ChannelHandlerContext) {
        guard case .handshake = phase else { return }
        Failpoint.callbackConnected.reach()
        phase = .sent
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request.text))).whenSuccess {
            Failpoint.callbackSent.reach()
        }
        arm(context, limits.firstByte, "the receiver did not answer in time")
    }

    private func arm(_ context: ChannelHandlerContext, _ limit: Duration, _ reason: String) {
        timer?.cancel()
        let self_ = NIOLoopBound(self, eventLoop: context.eventLoop)
        let context_ = NIOLoopBound(context, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: TimeAmount(limit)) {
            self_.value.end(context_.value, because: reason)
        }
    }

    /// Completes the request. A status already received decides the result, even if the body was cut short.
    private func end(_ context: ChannelHandlerContext, because reason: String) {
        guard let head = answer.head else { return complete(context, .unanswered(reason)) }
        complete(context, PostResult(kind: .answered(head.status, retryAfter: head.retryAfter), answer: answer.body))
    }

    private func complete(_ context: ChannelHandlerContext, _ outcome: PostResult) {
        if case .over = phase { return }
        phase = .over
        timer?.cancel()
        totalTimer?.cancel()
        result.succeed(outcome)
        context.close(promise: nil)
    }

    /// Returns the error for people, without memory addresses and type names.
    static func words(_ error: any Error) -> String {
        switch error {
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case NIOSSLError.handshakeFailed(let cause): "the TLS handshake failed: \(cause)"
        case let error as NIOSSLExtraError: "the receiver's certificate is not valid: \(error)"
        case ChannelError.connectTimeout: "the connection took too long"
        default: "\(error)"
        }
    }
}
