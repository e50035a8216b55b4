internal import IXPipelines

/// `LogRate` passes a limited number of lines and bytes per second, and counts the dropped lines.
struct LogRate {
    private let limit: Int
    private let bytesLimit: Int
    private var started: ContinuousClock.Instant?
    private var passed = 0
    private var bytesPassed = 0
    private var dropped = 0

    init(limit: Int = PipelineLimits.logLinesPerSecond, bytes: Int = PipelineLimits.logBytesPerSecond) {
        (self.limit, bytesLimit) = (limit, bytes)
    }

    /// Returns true when a further line of `bytes` bytes may pass; otherwise counts the line as dropped.
    mutating func allows(bytes: Int) -> Bool {
        guard passed < limit, bytesPassed + bytes <= bytesLimit else {
            dropped += 1
            return false
        }
        passed += 1
        bytesPassed += bytes
        return true
    }

    /// Starts a new second when the last is over. Returns the number of lines dropped in the last second; nil for none.
    mutating func tick(_ now: ContinuousClock.Instant) -> Int? {
        guard let started else {
            started = now
            return nil
        }
        guard now - started >= .seconds(1) else { return nil }
        self.started = now
        (passed, bytesPassed) = (0, 0)
        return takeDropped()
    }

    /// Returns the number of dropped lines not yet reported, and resets the number; nil for none.
    mutating func takeDropped() -> Int? {
        defer { dropped = 0 }
        return dropped > 0 ? dropped : nil
    }
}
