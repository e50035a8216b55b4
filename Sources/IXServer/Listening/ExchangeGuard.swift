import NIOCore
import NIOHTTP1

/// Holds one connection's requests to the limits that the framework lacks: deadlines of head and body, one `Host`, the
/// length of the target, 100-continue, and a close behind an answer that ends the connection.
///
/// Concurrency: used only on the connection's event loop.
final class ExchangeGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Asks the guard to send `100 Continue`, before a body is read that waits for one.
    struct ReadsBody: Sendable {
        /// True when only the rate of the body is bounded, not its whole time.
        let isEndless: Bool
    }

    private enum Stage { case idle, head, body, answering }

    private let limits: ServerLimits
    private let watch: ByteWatch
    private let prefix: String
    private let onRefusal: @Sendable (RawRefusal) -> Void
    private var timer: DeadlineTimer?
    private var stage = Stage.idle
    /// True until the first request of the connection.
    private var isFresh = true
    private var isBodyComplete = true
    private var isEndless = false
    private var expectsContinue = false
    private var hasAnswered = false
    private var closes = false
    private var isRefused = false
    private var isQuiescing = false
    private var bodyEnd = NIODeadline.distantFuture
    /// Parts of requests which came before the answer to the present request; at most the content of a single read of
    /// the socket.
    private var queue: [NIOAny] = []
    private var queuedError: HTTPParserError?
    private var wantsRead = false

    /// `onRefusal` counts the answers that the guard gives in place of the server.
    init(
        _ limits: ServerLimits, _ watch: ByteWatch, prefix: String,
        onRefusal: @escaping @Sendable (RawRefusal) -> Void = { _ in }
    ) {
        self.limits = limits
        self.onRefusal = onRefusal
        self.prefix = prefix
        self.watch = watch
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = DeadlineTimer(context.eventLoop) { bound.value.0.passed(bound.value.1) }
        watch.onBytes = { bound.value.0.bytesArrived() }
        rest()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.end()
        watch.onBytes = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.end()
        watch.onBytes = nil
        context.fireChannelInactive()
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !closes || isEndless else { return }
        if stage == .answering || !queue.isEmpty { return queue.append(data) }
        deliver(data, context)
    }

    /// Holds further reads back while a request is answered, so that a peer can't fill the memory with requests.
    func read(context: ChannelHandlerContext) {
        if stage == .answering { wantsRead = true } else { context.read() }
    }

    private func deliver(_ data: NIOAny, _ context: ChannelHandlerContext) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            if let refusal = refusal(of: head) { return refuse(refusal, context) }
            begin(head)
        case .body: break
        case .end:
            isBodyComplete = true
            if stage == .body { answer() }
        }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return context.fireErrorCaught(error) }
        if stage == .answering, !closes {
            queuedError = error
            return
        }
        guard stage != .answering || !hasAnswered, !closes else {
            context.fireErrorCaught(error)
            return context.close(promise: nil)
        }
        context.fireErrorCaught(error)
        refuse(error == .headerOverflow ? .headTooLarge : .badRequest, context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            isQuiescing = true
            // A request that is on its way is answered: a new connection's first, and any that has arrived.
            let pause = isFresh ? limits.farewell : .milliseconds(50)
            if stage == .idle { timer?.set(.now() + TimeAmount(bounded: pause)) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func bytesArrived() {
        guard stage == .idle else { return }
        stage = .head
        timer?.set(.now() + TimeAmount(bounded: limits.head))
    }

    private func begin(_ head: HTTPRequestHead) {
        (stage, isBodyComplete, isEndless, hasAnswered, isFresh) = (.body, false, false, false, false)
        expectsContinue = head.isCurrent && head.headers[canonicalForm: "expect"].contains("100-continue")
        if !head.isKeepAlive { isQuiescing = true }
        bodyEnd = .now() + TimeAmount(bounded: limits.body)
        _ = watch.takeCount()  // ignored: the head's bytes don't count for the body
        timer?.set(.now() + TimeAmount(bounded: limits.bodyWindow))
    }

    private func refusal(of head: HTTPRequestHead) -> RawRefusal? {
        let hosts = head.headers["host"]
        if hosts.count > 1 || hosts.isEmpty && head.isCurrent { return .badRequest }
        if head.version.major != 1 { return .badRequest }
        if head.uri.utf8.count > ServerLimits.targetBytes { return .targetTooLong }
        // A request with both lengths is how requests are smuggled past a proxy.
        let isChunked = head.headers.contains(name: "transfer-encoding")
        if isChunked, !head.isCurrent || head.headers.contains(name: "content-length") { return .badRequest }
        return nil
    }

    // MARK: Answers

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isRefused else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head):
            guard !(100..<200).contains(head.status.code) else { return context.write(data, promise: promise) }
            hasAnswered = true
            // A body that a handler left unread is not read on: the connection ends behind the answer.
            let isLeft = !isBodyComplete && !isEndless
            if isLeft || isQuiescing || head.headers[canonicalForm: "connection"].contains("close") {
                closes = true
                head.headers.replaceOrAdd(name: "connection", value: "close")
            }
            if isBodyComplete || isLeft { answer() }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end: end(context, data, promise)
        }
    }

    private func end(_ context: ChannelHandlerContext, _ data: NIOAny, _ promise: EventLoopPromise<Void>?) {
        // An answer without an end, such as a stream's, may have begun before the server drains.
        if !isBodyComplete || isQuiescing { closes = true }
        guard closes else {
            rest()
            context.write(data, promise: promise)
            return deliverQueue(context)
        }
        let promise = promise ?? context.eventLoop.makePromise()
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        promise.futureResult.whenComplete { _ in Self.closeGently(bound.value) }
        context.writeAndFlush(data, promise: promise)
    }

    /// Goes on with what came meanwhile.
    private func deliverQueue(_ context: ChannelHandlerContext) {
        let isFed = !queue.isEmpty
        while stage != .answering, !closes, !queue.isEmpty { deliver(queue.removeFirst(), context) }
        // The framework takes parts only at the end of a read.
        if isFed { context.fireChannelReadComplete() }
        guard stage != .answering, !closes else { return }
        if let error = queuedError {
            queuedError = nil
            return errorCaught(context: context, error: error)
        }
        guard wantsRead else { return }
        wantsRead = false
        context.read()
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard let event = event as? ReadsBody else { return context.triggerUserOutboundEvent(event, promise: promise) }
        isEndless = event.isEndless
        if expectsContinue, stage == .body, !isBodyComplete {
            expectsContinue = false
            context.writeAndFlush(
                wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
        }
        promise?.succeed()
    }

    /// Between two requests.
    private func rest() {
        (stage, hasAnswered) = (.idle, false)
        timer?.set(.now() + TimeAmount(bounded: limits.idle))
    }

    /// The server has the whole request; its own limits hold now.
    private func answer() {
        stage = .answering
        timer?.set(nil)
    }

    // MARK: Deadlines

    private func passed(_ context: ChannelHandlerContext) {
        switch stage {
        case .idle: context.close(promise: nil)
        case .head: refuse(.timeout, context)
        case .body: bodyPassed(context)
        case .answering: break
        }
    }

    /// A body may take its time only at its rate, and only a body without an end may take longer than `limits.body`.
    private func bodyPassed(_ context: ChannelHandlerContext) {
        let least = limits.bodyRate * Int(limits.bodyWindow.components.seconds)
        let isSlow = watch.takeCount() < least && watch.isReading
        let isLate = !isEndless && NIODeadline.now() >= bodyEnd
        guard isSlow || isLate else {
            timer?.set(.now() + TimeAmount(bounded: limits.bodyWindow))
            return
        }
        if hasAnswered {
            context.close(promise: nil)
        } else {
            refuse(.timeout, context)
        }
    }

    /// Answers in place of the server, and ends the connection.
    private func refuse(_ refusal: RawRefusal, _ context: ChannelHandlerContext) {
        guard !closes, !hasAnswered else { return context.close(promise: nil) }
        (closes, isRefused, hasAnswered) = (true, true, true)
        onRefusal(refusal)
        stage = .answering
        timer?.set(nil)
        let body = context.channel.allocator.buffer(string: refusal.text(prefix))
        let headers: HTTPHeaders = [
            "content-type": "application/problem+json", "content-length": "\(body.readableBytes)",
            "connection": "close",
            "x-content-type-options": "nosniff", "cache-control": "no-store", "date": HTTPDate.now,
        ]
        let head = HTTPResponseHead(version: .http1_1, status: refusal.status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in Self.closeGently(bound.value) }
    }

    /// Ends the output first, and the rest a moment later: a close with unread bytes would reset the connection, and
    /// the peer might lose the answer.
    private static func closeGently(_ context: ChannelHandlerContext) {
        context.close(mode: .output, promise: nil)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .seconds(1)) { bound.value.close(promise: nil) }
    }
}

extension HTTPRequestHead {
    /// True for HTTP/1.1; false for HTTP/1.0, which knows neither chunks nor 100-continue.
    fileprivate var isCurrent: Bool { version.major == 1 && version.minor >= 1 }
}
