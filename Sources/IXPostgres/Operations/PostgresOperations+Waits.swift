package import FoundationEssentials
import IXCore
package import IXStore

/// What the jobs of a move wait for.
extension PostgresOperations {
    /// Members of a batch that one statement enters.
    private static let members = 5000

    /// Returns what the waiting jobs among the given ones wait for.
    func readWaits(_ jobs: [Job]) throws(StoreError) -> [UUID: JobWait] {
        let pending = jobs.filter { $0.status == .pending }.map(\.jobID)
        guard !pending.isEmpty else { return [:] }
        var waits: [UUID: JobWait] = [:]
        for row in try run(.readWaits, [pending.array]).all { waits[try row.id("job_id")] = try JobWait(row) }
        return waits
    }

    /// Enters what restored jobs wait for, and members of batches that wait here.
    func restoreWaits(_ records: [JobRecord]) throws(StoreError) {
        let members = records.filter { $0.job.batchID != nil }.map(\.job.jobID)
        // ignored: the notes, which no caller reads
        if !members.isEmpty { _ = try run(.joinRestored, [members.array]) }
        let waiting = records.compactMap { record in
            record.wait.map {
                JSONPairs([("job_id", JSONPairs.literal(record.job.jobID.uuidString)), $0.member]).text
            }
        }
        guard !waiting.isEmpty else { return }
        _ = try run(.restoreWaits, [Self.array(waiting)])  // ignored: the number of the given jobs
        for record in records {
            guard case .members = record.wait else { continue }
            try eachPage { last throws(StoreError) in
                try run(.restoreMembers, [record.job.jobID.uuidString, last?.uuidString, "\(Self.members)"])
            }
        }
    }

    /// Notes ended members of a restored batch; a step of up to `limit` members.
    package func noteMembers(of batchID: UUID, after jobID: UUID?, limit: Int) throws(StoreError) -> UUID? {
        try run(.noteMembers, [batchID.uuidString, jobID?.uuidString, "\(limit)"]).first?.id("last")
    }

    private func eachPage(_ page: (UUID?) throws(StoreError) -> PostgresRows) throws(StoreError) {
        var last: UUID?
        while let row = try page(last).first { last = try row.id("last") }
    }
}

extension JobWait {
    fileprivate init(_ row: PostgresRows.Row) throws(StoreError) {
        if let rule = row.text("on_failure").flatMap(BatchRule.init) {
            self = .members(
                Batch(
                    rule, isOpen: row.bool("is_open"), cancelledAt: row.time("cancelled_at"),
                    failedJob: row.uuid("failed_job")))
            return
        }
        do throws(InvalidInput) {
            let text = "{\"after\":\(row.string("parents"))}"
            self = try JobWait(JSONDocument(text.utf8, field: "after", limit: Limits.requestBytes))
        } catch {
            throw StoreError(.unreadable, operation: "read_waits", message: error.description)
        }
    }
}
