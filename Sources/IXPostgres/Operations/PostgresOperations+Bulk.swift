package import FoundationEssentials
import IXCore
package import IXStore

extension PostgresOperations {
    package func insertPreview(_ operation: BulkOperation, lifetime: Duration) throws(StoreError) {
        _ = try run(
            .insertPreview,
            [
                operation.id.uuidString, operation.action.rawValue, operation.filter, operation.actor,
                operation.role.rawValue, operation.asOf, "\(operation.count)", operation.isAtLeast ? "t" : "f",
                lifetime.seconds,
            ])
    }

    package func bulkOperation(_ id: UUID) throws(StoreError) -> BulkOperation? {
        guard let row = try run(.findOperation, [id.uuidString]).first else { return nil }
        return try BulkOperation(row)
    }

    package func startBulk(_ id: UUID) throws(StoreError) -> Bool {
        try run(.startOperation, [id.uuidString]).first != nil
    }

    package func stopBulk(_ id: UUID) throws(StoreError) -> Bool {
        try run(.stopOperation, [id.uuidString]).first != nil
    }

    package func claimBulk(as holder: UUID, lease: Duration) throws(StoreError) -> BulkOperation? {
        guard let row = try run(.claimOperation, [holder.uuidString, lease.seconds]).first else { return nil }
        return try BulkOperation(row)
    }

    package func recordStep(
        _ id: UUID, _ step: BulkStep, as holder: UUID, lease: Duration
    ) throws(StoreError) -> Bool {
        let parameters: [String?] = [
            id.uuidString, holder.uuidString, step.cursor, "\(step.changed)", "\(step.skipped)", step.state.rawValue,
            step.reason, lease.seconds,
        ]
        return try run(.recordStep, parameters).first != nil
    }
}

extension BulkOperation {
    fileprivate init(_ row: PostgresRows.Row) throws(StoreError) {
        guard let state = State(rawValue: row.string("state")), let action = Action(rawValue: row.string("action")),
            let role = AccessRole(rawValue: row.string("role"))
        else {
            throw StoreError(.unreadable, operation: "find_operation", message: "an operation can't be read")
        }
        self.init(
            id: try row.id("operation_id"), state: state, action: action, filter: row.string("filter"),
            actor: row.string("actor"), role: role,
            asOf: row.time("as_of") ?? "", count: row.int("count"), isAtLeast: row.bool("is_at_least"),
            cursor: row.text("cursor"), changed: row.int("changed"), skipped: row.int("skipped"),
            isStopRequested: row.bool("is_stop_requested"), reason: row.text("reason"))
    }
}
