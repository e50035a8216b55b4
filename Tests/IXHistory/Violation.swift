/// A promise that a history breaks, with its evidence.
package struct Violation: Sendable, Equatable, CustomStringConvertible {
    package enum Kind: String, Sendable, CaseIterable, Comparable {
        /// Acknowledged, and not there or not ended at the end.
        case lost
        /// A job, a start or a callback that nobody asked for.
        case invented
        /// A second job under the same keys, a second terminal record, a change of the first.
        case doubled
        /// A record by somebody who no longer held the job, or a claim of a job that somebody held.
        case outOfDate = "out of date"
        /// A start before its claim, a callback before the result it tells of.
        case early
        /// An edge that isn't one of the contract's, a count of attempts that doesn't follow.
        case illegal
        /// An acknowledged cancel after which something else was recorded.
        case uncancelled
        /// A job that has ended, and whose caller never heard of it.
        case untold
        /// A callback that tells of something else than what is recorded.
        case untrue

        package static func < (one: Kind, other: Kind) -> Bool { one.rawValue < other.rawValue }
    }

    package let kind: Kind
    package let jobID: String
    package let what: String

    package var description: String { "\(kind.rawValue): job \(jobID): \(what)" }
}
