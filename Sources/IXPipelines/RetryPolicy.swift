/// `RetryPolicy` decides whether and when a failed job is started again, within its own `max_attempts`.
///
/// Gains: transient errors (an absent service, a timeout) cost a pause instead of the job.
public struct RetryPolicy: Sendable, Equatable {
    /// The error codes that are retried; `*` stands for all codes.
    public let codes: Set<String>
    /// Starts of a job at most; nil: as many as its own `max_attempts`, which is the limit in any case.
    public let starts: Int?
    /// The pause before the second start; doubled before each further start.
    public let pause: Duration
    /// The longest pause.
    public let longest: Duration

    /// Creates a policy.
    public init(codes: Set<String> = ["*"], starts: Int? = nil, pause: Duration, longest: Duration) {
        self.codes = codes
        self.starts = starts
        self.pause = pause
        self.longest = longest
    }

    /// Returns true when an error with `code` is retried. A cancelled job is never retried.
    public func covers(_ code: String) -> Bool { code != "cancelled" && (codes.contains("*") || codes.contains(code)) }

    /// Returns the starts of a job whose own limit is `most`, 0 for none; 0 when neither has a limit.
    public func starts(of most: Int) -> Int {
        guard let starts, starts > 0 else { return most }
        return most == 0 ? starts : min(starts, most)
    }

    /// Returns the pause after the given number of starts. The pause is random between half and the whole, so that jobs
    /// which failed together don't return together.
    public func pause(afterStarts starts: Int) -> Duration {
        var whole = pause
        for _ in 1..<max(starts, 1) where whole < longest { whole *= 2 }
        return min(whole, longest) * Double.random(in: 0.5...1)
    }
}
