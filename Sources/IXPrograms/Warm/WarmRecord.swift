internal import IXPipelines

/// `WarmRecord` is the account of a warm process: its jobs, its words and its end.
struct WarmRecord {
    /// The versions of the protocol that the daemon speaks.
    static let versions = 1...2
    /// Malformed lines are logged up to this number, and then counted alone.
    private static let malformedLogged = 10

    private(set) var jobs = 0
    private var malformedLines = 0
    /// True when a later job might be taken for a cancelled one.
    var isConfused = false
    /// True when the process said that an answer was its last.
    var isLeaving = false
    /// True once the process said a word on its job, even if the word was unusable.
    var hasSpoken = false
    var unknownVersion: Int?
    var exit: ExitStatus?

    /// Notes that the process was given another job.
    mutating func begin() {
        jobs += 1
        hasSpoken = false
    }

    /// Counts a malformed line. Returns false when enough such lines are in the log.
    mutating func countsForLog() -> Bool {
        malformedLines += 1
        return malformedLines <= Self.malformedLogged
    }

    /// True when the process may get no other job.
    var mustLeave: Bool { isConfused || isLeaving }

    /// True for a process that left without fault before a word on its job.
    var hasLeftUnheard: Bool { exit == .exited(0) && !hasSpoken }

    /// The end in words.
    var end: String { exit.map { "\($0)" } ?? "an unknown end" }

    /// Returns the reason why the process did not become ready. `isLate`: the time for the start was over.
    func unreadiness(isLate: Bool) -> String {
        if let unknownVersion {
            let (first, last) = (Self.versions.lowerBound, Self.versions.upperBound)
            return "speaks version \(unknownVersion) of the protocol; this daemon speaks \(first) to \(last)"
        }
        return isLate ? "not ready within start_timeout_seconds" : "\(end) before it was ready"
    }
}
