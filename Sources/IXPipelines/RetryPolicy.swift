/// Whether and when a job that failed is started again, within its own `max_attempts`.
///
/// Gains: errors that pass by themselves (a service that is away, a timeout) cost a pause instead of the job.
public struct RetryPolicy: Sendable, Equatable {
    /// The error codes it covers; empty for all of them.
    public let codes: Set<String>
    /// Before the second start; doubled before each further one.
    public let pause: Duration
    /// No pause is longer.
    public let longest: Duration

    public init(codes: Set<String> = [], pause: Duration, longest: Duration) {
        self.codes = codes
        self.pause = pause
        self.longest = longest
    }

    /// A job that was cancelled is over, whatever the policy.
    public func covers(_ code: String) -> Bool { code != "cancelled" && (codes.isEmpty || codes.contains(code)) }

    /// The wait after so many starts, jittered down to its half so that jobs that failed together don't come together.
    public func pause(afterStarts starts: Int) -> Duration {
        var whole = pause
        for _ in 1..<max(starts, 1) where whole < longest { whole *= 2 }
        return min(whole, longest) * Double.random(in: 0.5...1)
    }
}
