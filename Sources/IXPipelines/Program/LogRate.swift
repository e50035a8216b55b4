/// Lets a number of lines, and of bytes in them, pass in each second and counts the other lines.
struct LogRate {
    private let limit: Int
    private let bytesLimit: Int
    private var started: ContinuousClock.Instant?
    private var passed = 0
    private var bytesPassed = 0
    private var dropped = 0

    init(limit: Int = ExecLimits.logLinesPerSecond, bytes: Int = ExecLimits.logBytesPerSecond) {
        (self.limit, bytesLimit) = (limit, bytes)
    }

    /// Whether one more line, of `bytes` bytes, may pass.
    mutating func allows(bytes: Int) -> Bool {
        guard passed < limit, bytesPassed + bytes <= bytesLimit else {
            dropped += 1
            return false
        }
        passed += 1
        bytesPassed += bytes
        return true
    }

    /// Starts another second when the last one is over; returns how many lines were dropped in it, if any.
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

    /// How many lines were dropped and not told yet, if any.
    mutating func takeDropped() -> Int? {
        defer { dropped = 0 }
        return dropped > 0 ? dropped : nil
    }
}
