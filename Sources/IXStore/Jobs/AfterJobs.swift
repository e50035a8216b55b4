package import FoundationEssentials
package import IXCore

/// The jobs that a new job waits for. The job starts once all of them have ended.
package struct AfterJobs: Sendable, Equatable {
    /// What comes of the job when one of them ends in error.
    package enum OnFailure: String, Sendable, CaseIterable {
        /// The job ends in error, too, with the code `dependency_failed`, and never starts.
        case fail
        /// The job starts all the same.
        case run
    }

    /// The largest number of jobs.
    package static let most = 1000

    /// Keys of the jobs, each once, in no particular order.
    package let jobIDs: [UUID]
    package let onFailure: OnFailure

    /// Checks the members as every door does; returns nil when none is given. `onFailure` nil: fail.
    ///
    /// Failure: `InvalidInput` naming `after` or `on_failure`.
    package init?(_ jobIDs: [UUID]?, onFailure: String? = nil) throws(InvalidInput) {
        guard let jobIDs else {
            guard onFailure == nil else { throw InvalidInput("on_failure", "goes with after alone") }
            return nil
        }
        guard let rule = OnFailure(rawValue: onFailure ?? OnFailure.fail.rawValue) else {
            throw InvalidInput("on_failure", "must be fail or run")
        }
        self.jobIDs = Array(Set(jobIDs))
        self.onFailure = rule
        guard self.jobIDs.count <= Self.most else { throw InvalidInput("after", "over \(Self.most) jobs") }
    }

    /// Reads the members of a job's object.
    package init?(_ document: JSONDocument) throws(InvalidInput) {
        try self.init(document.uuids("after"), onFailure: document.text("on_failure"))
    }

    /// The members of a job's object, under the names of every door.
    package var members: [(name: String, json: String)] {
        let ids = jobIDs.map { JSONPairs.literal($0.uuidString.lowercased()) }.joined(separator: ",")
        return [("after", "[\(ids)]"), ("on_failure", JSONPairs.literal(onFailure.rawValue))]
    }
}
