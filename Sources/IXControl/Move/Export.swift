import FoundationEssentials
import IXCore
import IXStore

/// Writes jobs to a file, batch after batch, from the end of the file.
struct Export {
    static let batch = 500

    let store: any JobStore
    let file: ExportFile
    let header: ExportHeader
    let stop: StopRequest
    var display = LoadDisplay(size: nil, from: BulkProgress())
    private var batches: Int
    private(set) var jobs: Int
    private var position: UUID?

    /// Continues after `scan`; nil for a new file.
    init(
        _ store: any JobStore, _ file: ExportFile, _ header: ExportHeader, after scan: ExportScan?,
        stop: StopRequest
    ) {
        (self.store, self.file, self.header, self.stop) = (store, file, header, stop)
        batches = scan?.batches ?? 0
        jobs = scan?.jobs ?? 0
        position = scan?.lastJobID
    }

    /// Keys of requests in the file.
    var keys = 0

    /// Copies ended jobs. Returns false after a stop request.
    mutating func copy() async throws -> Bool {
        while !stop.isRequested {
            let start = position
            let records = try await store.perform { try $0.endedRecords(after: start, limit: Self.batch) }
            guard let last = records.last else { return try await end() }
            // A copy leaves due callbacks in the store, so the copied record has none.
            try file.append(Self.lines(records.map { JobRecord($0.job, attempts: $0.attempts) }))
            try commit(records.count)
            position = last.job.jobID
        }
        return false
    }

    /// Moves every job which no transaction has locked; running jobs only when `forced`. Returns false after a stop
    /// request.
    mutating func move(forced: Bool) async throws -> Bool {
        var start: Job?
        while !stop.isRequested {
            guard let taken = try await take(after: start, forced: forced) else { return true }
            try commit(taken.count)
            start = taken.last
        }
        return false
    }

    /// Writes the keys and the last line, so that an import accepts the file as complete. Returns false after a stop request.
    mutating func end() async throws -> Bool {
        guard try await writeKeys() else { return false }
        try file.append(ExportLine.end(jobs: jobs))
        return true
    }

    /// Moves one batch; returns nil when no job is left. Every job is in the store or in the file at any moment: the
    /// lines are synced to the disk before the transaction that deletes the rows commits.
    private func take(after start: Job?, forced: Bool) async throws -> (count: Int, last: Job)? {
        let mark = MovedBatch(exportID: header.exportID, number: batches + 1, direction: .left)
        let (file, clientID) = (file, header.clientID)
        var filter = forced ? [("force", "true")] : []
        if let clientID { filter.append(("client_id", JSONPairs.literal(clientID))) }
        let audited = filter
        do {
            let taken = try await store.transaction { operations in
                guard try operations.enterMovedBatch(mark) else { throw Self.doubled(mark) }
                let records = try operations.records(of: clientID, after: start, forced: forced)
                guard let last = records.last else { throw NothingLeft() }
                try file.append(Self.lines(records))
                try operations.removeTaken(records.map(\.job.jobID))
                let entry = AuditEntry(
                    command: "export", target: mark.exportID.uuidString.lowercased(),
                    filter: audited.isEmpty ? nil : audited, count: records.count)
                try operations.recordAudit(entry)
                return (count: records.count, last: last.job, entry: entry)
            }
            Journal.note([taken.entry])
            return (taken.count, taken.last)
        } catch is NothingLeft { return nil }
    }

    private mutating func commit(_ count: Int) throws {
        batches += 1
        jobs += count
        try file.append(ExportLine.committed(jobs: count, batch: batches))
        var progress = BulkProgress()
        progress.line = jobs
        display.show(progress)
    }

    private static func lines(_ records: [JobRecord]) -> String { records.map(ExportLine.job).joined() }

    private static func doubled(_ mark: MovedBatch) -> StoreError {
        StoreError(.internal, operation: "export", message: "batch \(mark.number) was moved out of the store before")
    }
}

extension JobTransfer {
    /// Takes the next batch, of all clients or of one.
    fileprivate func records(of clientID: String?, after start: Job?, forced: Bool) throws(StoreError) -> [JobRecord] {
        guard let clientID else {
            return try takeRecords(after: start?.jobID, limit: Export.batch, forced: forced)
        }
        return try takeRecords(of: clientID, after: start?.requestID, limit: Export.batch, forced: forced)
    }
}

/// Rolls back the transaction of an empty batch.
private struct NothingLeft: Error {}
