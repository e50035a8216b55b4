package import FoundationEssentials
import GRDB
import IXCore
package import IXStore

extension SQLiteOperations {
    package func insertPreview(_ operation: BulkOperation, lifetime: Duration) throws(StoreError) {
        let now = Timestamp.now
        try write("insert_preview") { db in
            try db.run(
                .insertPreview,
                [
                    operation.id.text, operation.action.rawValue, operation.filter, operation.actor,
                    operation.role.rawValue, operation.asOf, operation.count, operation.isAtLeast,
                    (now + lifetime).text, now.text,
                ])
        }
    }

    package func bulkOperation(_ id: UUID) throws(StoreError) -> BulkOperation? {
        try read("find_operation") { db in try db.row(.findOperation, [id.text]).map { try BulkOperation($0) } }
    }

    package func startBulk(_ id: UUID) throws(StoreError) -> Bool {
        try write("start_operation") { db in try db.row(.startOperation, [id.text, Timestamp.now.text]) != nil }
    }

    package func stopBulk(_ id: UUID) throws(StoreError) -> Bool {
        try write("stop_operation") { db in try db.row(.stopOperation, [id.text, Timestamp.now.text]) != nil }
    }

    package func claimBulk(as holder: UUID, lease: Duration) throws(StoreError) -> BulkOperation? {
        let now = Timestamp.now
        return try write("claim_operation") { db in
            try db.row(.claimOperation, [holder.text, (now + lease).text, now.text]).map { try BulkOperation($0) }
        }
    }

    package func recordStep(
        _ id: UUID, _ step: BulkStep, as holder: UUID, lease: Duration
    ) throws(StoreError) -> Bool {
        let now = Timestamp.now
        return try write("record_step") { db in
            try db.row(
                .recordStep,
                [
                    id.text, holder.text, step.cursor, step.changed, step.skipped, step.state.rawValue, step.reason,
                    (now + lease).text, now.text,
                ]) != nil
        }
    }
}

extension BulkOperation {
    fileprivate init(_ row: Row) throws(StoreError) {
        guard let state = State(rawValue: row["state"]), let action = Action(rawValue: row["action"]),
            let role = AccessRole(rawValue: row["role"])
        else {
            throw StoreError(.unreadable, operation: "find_operation", message: "an operation can't be read")
        }
        self.init(
            id: try row.id("operation_id"), state: state, action: action, filter: row["filter"], actor: row["actor"],
            role: role, asOf: row["as_of"], count: row["count"],
            isAtLeast: row["is_at_least"], cursor: row["cursor"], changed: row["changed"], skipped: row["skipped"],
            isStopRequested: row["is_stop_requested"], reason: row["reason"])
    }
}
