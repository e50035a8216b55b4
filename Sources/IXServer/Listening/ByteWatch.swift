import NIOCore

/// Counts the bytes of a connection, and tells a slow peer from a slow server: time counts only while bytes are asked
/// for, or while bytes wait to be taken.
///
/// Concurrency: used only on the connection's event loop.
final class ByteWatch: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// A large answer is written in parts, so that a reader's progress is seen.
    private static let part = 64 << 10

    private let limits: ServerLimits
    private var reader: DeadlineTimer?
    private var waiting = 0
    /// Bytes that arrived since the count was last taken.
    private var arrived = 0
    /// True while the server asks for bytes.
    private(set) var isReading = false
    /// Called for bytes that arrive.
    var onBytes: (() -> Void)?

    init(_ limits: ServerLimits) { self.limits = limits }

    /// Returns the number of bytes since the last call.
    func takeCount() -> Int {
        defer { arrived = 0 }
        return arrived
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        reader = DeadlineTimer(context.eventLoop) { channel.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        reader?.end()
        onBytes = nil
        context.fireChannelInactive()
    }

    func read(context: ChannelHandlerContext) {
        isReading = true
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        arrived += bytes.readableBytes
        onBytes?()
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        var bytes = unwrapOutboundIn(data)
        while bytes.readableBytes > Self.part, let part = bytes.readSlice(length: Self.part) {
            write(part, nil, context)
        }
        write(bytes, promise, context)
    }

    private func write(_ bytes: ByteBuffer, _ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext) {
        let promise = promise ?? context.eventLoop.makePromise()
        if waiting == 0 { reader?.set(.now() + TimeAmount(bounded: limits.reader)) }
        waiting += 1
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        promise.futureResult.whenComplete { _ in bound.value.taken() }
        context.write(wrapOutboundOut(bytes), promise: promise)
    }

    private func taken() {
        waiting -= 1
        reader?.set(waiting == 0 ? nil : .now() + TimeAmount(bounded: limits.reader))
    }
}
