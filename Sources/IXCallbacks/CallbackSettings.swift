package import NIOCore

/// How callbacks are sent.
public struct CallbackSettings: Sendable {
    /// From the connection's start to the answer's end.
    package var timeout: TimeAmount
    /// Callbacks under way at a time.
    public var concurrency: Int
    public var userAgent: String

    public init(timeout: Duration, concurrency: Int, userAgent: String) {
        let (seconds, attoseconds) = timeout.components
        self.timeout = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
        self.concurrency = concurrency
        self.userAgent = userAgent
    }
}
