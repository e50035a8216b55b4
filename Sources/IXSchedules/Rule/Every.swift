package import IXCore

/// `Every` chooses moments at equal distances, counted from a fixed first moment and not from the last run.
package struct Every: Sendable, Hashable {
    /// Limits of the distance: one second to 3,650 days.
    package static let limits = 1...315_360_000

    /// Whole seconds between two moments.
    package let seconds: Int

    /// Takes the distance in seconds.
    ///
    /// Failure: `InvalidInput` naming `every_seconds`, for a number outside `limits`.
    package init(seconds: Int) throws(InvalidInput) {
        guard Self.limits.contains(seconds) else { throw Self.refusal }
        self.seconds = seconds
    }

    /// Takes the distance as a store or a document keeps it, in decimal seconds.
    ///
    /// Failure: `InvalidInput` naming `every_seconds`, also for a fraction of a second.
    package init(decimal seconds: Double) throws(InvalidInput) {
        guard let whole = Int(exactly: seconds) else { throw Self.refusal }
        try self.init(seconds: whole)
    }

    private static let refusal = InvalidInput(
        "every_seconds", "must be whole seconds from \(limits.lowerBound) to \(limits.upperBound)")

    /// Returns the first moment later than `moment`; the moments are `first` and each multiple of the distance after
    /// `first`. Nil after the year 9999.
    func next(after moment: Timestamp, from first: Timestamp) -> Timestamp? {
        guard moment >= first else { return first }
        let distance = Int64(seconds) * 1_000_000
        let passed = (moment.microseconds - first.microseconds) / distance
        let next = first.microseconds + (passed + 1) * distance
        return next <= Timestamp.latest.microseconds ? Timestamp(microseconds: next) : nil
    }
}
