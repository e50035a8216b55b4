package import FoundationEssentials
import GRDB
import IXCore
package import IXStore

extension SQLiteOperations {
    /// Ends pending jobs as cancelled and marks running jobs, in a single transaction; each job once, in no particular
    /// order.
    package func cancel(_ jobIDs: [UUID]) throws(StoreError) -> [Cancellation] {
        try write("cancel") { db in
            try Set(jobIDs).map { Cancellation(jobID: $0, result: try CancelStep.run($0, db)) }
        }
    }

    /// Returns the marks of what a daemon hears of.
    func marks() throws(StoreError) -> NotifierMarks {
        try read("find_cancels") { db in
            let row = try db.row(.findCancels)
            return NotifierMarks(cancel: row?[0], unplanned: row?[1])
        }
    }
}

/// The marks by which a notifier finds cancels of running jobs and schedules without a plan.
struct NotifierMarks: Sendable, Equatable {
    /// The time of the latest cancel request for a running job; nil without such a request.
    var cancel: String?
    /// Changes with the schedules that have no plan; nil without such schedules.
    var unplanned: String?
}
