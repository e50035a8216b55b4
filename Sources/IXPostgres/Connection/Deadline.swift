import IXCore

/// The moment by which a call must have ended, on the process's monotonic clock.
struct Deadline: Sendable, Comparable {
    private let instant: ContinuousClock.Instant

    init(after duration: Duration) { instant = .now + duration }

    /// The remaining milliseconds for poll(2), rounded up; 0 after the deadline.
    var milliseconds: Int32 {
        let left = instant - .now
        guard left > .zero else { return 0 }
        return Int32(clamping: left.wholeMilliseconds.addingReportingOverflow(1).partialValue)
    }

    var isOver: Bool { instant <= .now }

    static func < (first: Deadline, second: Deadline) -> Bool { first.instant < second.instant }
}
