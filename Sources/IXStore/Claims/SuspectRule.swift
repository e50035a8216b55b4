package import FoundationEssentials

/// The rule by which a daemon's death is charged to the jobs that ran in it. Pure: no clock, no store.
///
/// Each job that ran becomes a suspect and is not charged a start. Half of the suspects may run at a time. Each death
/// with running suspects halves the number again, down to 1. A suspect that ran alone among suspects is charged. So a
/// job that kills its daemon is found after log2 n deaths, and a power cut costs no start.
package struct SuspectRule: Sendable, Equatable {
    /// Number of suspects allowed to run at a time from now on.
    package let width: Int
    /// True when exactly one suspect ran, which is then charged a start.
    package let chargesSuspect: Bool

    /// Applies the rule to a single death.
    ///
    /// - Parameters:
    ///   - running: number of jobs that ran in the daemon.
    ///   - suspects: number of running jobs that were suspects already.
    ///   - width: number of suspects allowed to run before the death; nil when the store had no suspects.
    package init(running: Int, suspects: Int, width: Int?) {
        chargesSuspect = suspects == 1
        self.width =
            switch suspects {
            case 0: width ?? Self.half(of: running)
            default: max(1, min(suspects, width ?? suspects) / 2)
            }
    }

    /// Returns the width for the remaining suspects after a charged job has ended, since the job was the cause.
    package static func half(of count: Int) -> Int { max(1, (count + 1) / 2) }
}

/// A running job whose daemon is gone.
package struct Orphan: Sendable, Equatable {
    /// Key of the job.
    package let jobID: UUID
    /// The daemon that ran the job; nil for a job of foreign code, which holds no lease.
    package let daemonID: UUID?
    /// The job's `max_attempts`; 0 means no limit.
    package let maxAttempts: Int
    /// True when the job was a suspect before this death.
    package let isSuspect: Bool

    /// Creates the value from a row of a running job.
    package init(jobID: UUID, daemonID: UUID?, maxAttempts: Int, isSuspect: Bool) {
        (self.jobID, self.daemonID, self.maxAttempts, self.isSuspect) = (jobID, daemonID, maxAttempts, isSuspect)
    }

    /// Returns true when the start counts: for a charged suspect, for a job of foreign code, and for a job allowed one
    /// start, which must not start again.
    package func isCharged(by rule: SuspectRule) -> Bool {
        daemonID == nil || maxAttempts == 1 || (isSuspect && rule.chargesSuspect)
    }
}

extension [Orphan] {
    /// The orphans grouped by daemon, in the order of their lowest job ids.
    package var deaths: [[Orphan]] {
        Dictionary(grouping: self) { $0.daemonID }.values.sorted { $0[0].jobID < $1[0].jobID }
    }
}

/// Counts of suspects after a call of `updateSuspects`.
package struct SuspectCount: Sendable, Equatable {
    /// Number of suspects left.
    package let suspects: Int
    /// Number of suspects made due by the call.
    package let released: Int

    /// Creates the counts.
    package init(suspects: Int, released: Int) { (self.suspects, self.released) = (suspects, released) }

    /// No suspects.
    package static let none = SuspectCount(suspects: 0, released: 0)
}
