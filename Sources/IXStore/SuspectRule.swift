public import FoundationEssentials

/// How a daemon's death is charged to the jobs that ran in it. Pure.
///
/// Each job that ran is a suspect from then on, and costs no start. Half of the suspects may run at a time; each death with
/// suspects running halves that, down to one at a time. A suspect that ran alone among suspects is charged. So a job that
/// kills its daemon is found after log2 n deaths, and a power cut costs nothing.
public struct SuspectRule: Sendable, Equatable {
    /// How many suspects may run at a time from now on.
    public let width: Int
    /// The one suspect that ran has used up a start.
    public let chargesSuspect: Bool

    /// - Parameters:
    ///   - running: jobs that ran in the daemon.
    ///   - suspects: how many of these were suspects already.
    ///   - width: how many might run at a time; nil when there were no suspects anywhere.
    public init(running: Int, suspects: Int, width: Int?) {
        chargesSuspect = suspects == 1
        self.width =
            switch suspects {
            case 0: width ?? Self.half(of: running)
            default: max(1, min(suspects, width ?? suspects) / 2)
            }
    }

    /// The width for those that are left once a job that was charged has ended: it was the cause.
    public static func half(of count: Int) -> Int { max(1, (count + 1) / 2) }
}

/// A running job whose daemon is gone.
public struct Orphan: Sendable, Equatable {
    public let jobID: UUID
    /// Nil: foreign code's, which holds no lease.
    public let workerID: UUID?
    public let maxAttempts: Int
    public let isSuspect: Bool

    public init(jobID: UUID, workerID: UUID?, maxAttempts: Int, isSuspect: Bool) {
        (self.jobID, self.workerID, self.maxAttempts, self.isSuspect) = (jobID, workerID, maxAttempts, isSuspect)
    }

    /// Whether its start counts. One that may be started once only is not started again.
    public func isCharged(by rule: SuspectRule) -> Bool {
        workerID == nil || maxAttempts == 1 || (isSuspect && rule.chargesSuspect)
    }
}

extension [Orphan] {
    /// Those of each daemon.
    public var deaths: [[Orphan]] {
        Dictionary(grouping: self) { $0.workerID }.values.sorted { $0[0].jobID < $1[0].jobID }
    }
}

/// How many suspects there are.
public struct SuspectCount: Sendable, Equatable {
    public let suspects: Int
    /// How many became due now.
    public let released: Int

    public init(suspects: Int, released: Int) { (self.suspects, self.released) = (suspects, released) }

    public static let none = SuspectCount(suspects: 0, released: 0)
}
