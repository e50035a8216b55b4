import NIOCore

extension TimeAmount {
    /// The whole nanoseconds of a duration, within a range of 100 years.
    init(bounded duration: Duration) {
        let limited = min(max(duration, .zero), .seconds(3_155_760_000))
        let (seconds, attoseconds) = limited.components
        self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
