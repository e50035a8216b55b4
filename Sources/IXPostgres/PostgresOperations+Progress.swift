public import FoundationEssentials
public import IXStore

extension PostgresOperations {
    public func recordProgress(_ notes: [ProgressNote]) throws(StoreError) {
        guard !notes.isEmpty else { return }
        _ = try run(.recordProgress, ["[" + notes.map(\.json).joined(separator: ",") + "]"])
    }

    public func progress(of jobID: UUID) throws(StoreError) -> ProgressRecord? {
        try run(.readProgress, [jobID.uuidString]).first.map { row in
            ProgressRecord(
                Progress(
                    fraction: row.double("fraction"), message: row.text("message"), logTail: row.string("log_tail"),
                    logBytes: row.int("log_bytes")), updatedAt: row.time("updated_at") ?? "")
        }
    }

    public func forgetProgress(limit: Int) throws(StoreError) { _ = try run(.forgetProgress, ["\(limit)"]) }

    public func recordBreakers(_ workerID: UUID, _ breakers: [OpenBreaker]) throws(StoreError) {
        _ = try run(.recordBreakers, [workerID.uuidString, OpenBreaker.json(breakers)])
    }
}
