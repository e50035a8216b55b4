/// A broken promise, with its evidence.
package struct Violation: Sendable, Equatable, CustomStringConvertible {
    /// Kind of the broken promise.
    package enum Kind: String, Sendable, CaseIterable, Comparable {
        /// An acknowledged job is missing, or has not ended.
        case lost
        /// A job without an enqueue, a start without a claim, or a callback without an end.
        case invented
        /// A second job with a pair of keys, a second terminal record, or a change of a terminal record.
        case doubled
        /// A record by a worker which no longer held the job, or a claim of a held job.
        case outOfDate = "out of date"
        /// A start before its claim, or a callback before its result.
        case early
        /// A status change outside the contract, or a wrong count of attempts.
        case illegal
        /// Another result was recorded after an acknowledged cancel.
        case uncancelled
        /// A job has ended, but its receiver never got a callback.
        case unreported
        /// A callback differs from the recorded result.
        case untrue
        /// The counters or the history differ from the rows.
        case miscounted

        /// Orders kinds by their raw values.
        package static func < (one: Kind, other: Kind) -> Bool { one.rawValue < other.rawValue }
    }

    /// Kind of the broken promise.
    package let kind: Kind
    /// The job; for a callback the job's tag, for a count the process.
    package let jobID: String
    /// The evidence.
    package let what: String

    /// Kind, job and evidence on one line.
    package var description: String { "\(kind.rawValue): job \(jobID): \(what)" }
}
