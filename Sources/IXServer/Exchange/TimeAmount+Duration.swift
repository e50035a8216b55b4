import IXCore
import NIOCore

extension TimeAmount {
    /// The whole nanoseconds of a duration, within a range of 100 years.
    init(bounded duration: Duration) {
        self = .nanoseconds(min(max(duration, .zero), .seconds(3_155_760_000)).wholeNanoseconds)
    }
}
