import FoundationEssentials
import IXCommand
import IXCore
import IXStore

/// Inserts an export's jobs into a store, batch after batch, each batch in one transaction.
struct ImportLoad {
    let store: any JobStore
    let reader: ImportReader
    let header: ExportHeader
    /// `--again`: restores batches from earlier imports, too, so that missing jobs come back.
    let isAgain: Bool
    let retry: StoreRetry
    var state: LoadState
    /// Queues, groups and schedules that the store had not.
    private(set) var settings = 0
    /// Receipts and dedupe keys of the file.
    var keys = 0
    /// Jobs that wait for others, from the whole file.
    var waiting: [ExportScan.WaitingBatch] = []
    /// The schedules of the export come in behind its jobs: a daemon beside the import fires a schedule at once, and an
    /// older job of the schedule that is yet to come would be missed by the schedule's `overlap`.
    private var schedules: [ExportSettings.Part] = []
    private var settingsLine = 0
    /// Keys of groups that the store has settings for, read once for each queue.
    private var groups: [String: Set<String>] = [:]

    init(
        store: any JobStore, reader: ImportReader, header: ExportHeader, isAgain: Bool, retry: StoreRetry,
        state: LoadState
    ) {
        (self.store, self.reader, self.header) = (store, reader, header)
        (self.isAgain, self.retry, self.state) = (isAgain, retry, state)
    }

    /// Returns true when the input was read to its end, false after a stop request.
    mutating func run() async throws -> Bool {
        // The store records the export before the progress file is written. A progress file whose store doesn't know
        // the export therefore belongs to another store.
        _ = try await restore([], as: 0)  // ignored: batch 0 has no records
        try state.progressFile?.write(state.progress)
        while true {
            switch try await reader.next() {
            case .end:
                guard try await restoreWaiting() else { return false }
                try state.refuse(try await restore(schedules))
                return true
            case .stopped: return false
            case .settings(let line, let end):
                let refused = try await restore(try read(line))
                try state.acknowledge(line: line.number, offset: end, refused: refused)
            case .keys(let line, let end):
                let refused = try await restoreKeys(line)
                try state.acknowledge(line: line.number, offset: end, refused: refused)
                if retry.stop.isRequested { return false }
            case .batch(let batch):
                let refused = try await load(batch)
                try state.acknowledge(line: batch.line, offset: batch.end, refused: refused)
                if retry.stop.isRequested { return false }
            }
        }
    }

    /// Keeps the schedules of a line for the end of the import; returns the other settings. An import that is continued
    /// behind the line reads it again.
    @discardableResult
    mutating func read(_ line: SourceLine) throws(InvalidInput) -> [ExportSettings.Part] {
        guard !line.isCut else { throw InvalidInput("settings", "over \(ExportLine.limit) bytes") }
        let parts = try ExportSettings.parts(of: line.bytes)
        (settingsLine, schedules) = (line.number, parts.filter(\.isSchedule))
        return parts.filter { !$0.isSchedule }
    }

    /// Sets what the store doesn't have. A setting that is refused stands alone in the file of refused lines.
    private mutating func restore(_ parts: [ExportSettings.Part]) async throws -> [Refusal] {
        var refused: [Refusal] = []
        for part in parts {
            guard let reason = try await refusal(of: part) else { continue }
            StandardError.say("\(ScreenText(part.what).text) is refused: \(reason)")
            let line = SourceLine(number: settingsLine, bytes: Array(part.line.utf8), isCut: false)
            refused.append(Refusal(line: line, reason: reason))
        }
        return refused
    }

    /// Sets one setting, unless the store has it; returns why it is refused.
    private mutating func refusal(of part: ExportSettings.Part) async throws -> InvalidInput? {
        switch part.settings {
        case .failure(let input): return input
        case .success(let one):
            do {
                for group in one.groups where groups[group.queue] == nil {
                    let keys = try await keys(of: group.queue)
                    groups[group.queue] = keys
                }
                settings += try await restore(one)
                return nil
            } catch let error as StoreError {
                guard case .invalidInput(let input) = error.code else { throw error }
                return input
            }
        }
    }

    private mutating func keys(of queue: String) async throws -> Set<String> {
        let store = store
        return try await retry.run(&state.display) {
            try await store.perform { try ExportSettings.keys(of: queue, $0) }
        }
    }

    private mutating func restore(_ part: ExportSettings) async throws -> Int {
        let (store, known, exportID) = (store, groups, header.exportID.uuidString.lowercased())
        return try await retry.run(&state.display) {
            try await AuditedStore(store).change { operations in
                let count = try part.restore(operations, besides: known)
                return (count, count > 0 ? [AuditEntry(command: "import", target: exportID, count: count)] : [])
            }
        }
    }

    /// Restores a batch; returns the refused lines.
    mutating func load(_ batch: ImportReader.Batch) async throws -> [Refusal] {
        var refused = batch.refusals
        for (line, answer) in zip(batch.lines, try await restore(batch)) {
            switch answer {
            case .restored(.inserted): state.progress.inserted += 1
            case .restored(.alreadyThere): state.progress.duplicates += 1
            case .restored(.keysTaken(let holder)):
                let reason = "belongs to another job of this client: \(holder.uuidString.lowercased())"
                refused.append(Refusal(line: line, reason: InvalidInput("request_id", reason)))
            case .refused(let reason): refused.append(Refusal(line: line, reason: reason))
            }
        }
        return refused
    }

    private enum Answer: Sendable {
        case restored(Restored)
        case refused(InvalidInput)
    }

    private mutating func restore(_ batch: ImportReader.Batch) async throws -> [Answer] {
        do {
            return try await restore(batch.records, as: batch.number).map { .restored($0) }
        } catch let error as StoreError where error.isAboutContent {
            return try await restoreEach(batch)
        }
    }

    /// The store refused one record without naming the record, for example by a foreign column's length. Each record is
    /// restored alone to find the refused record.
    private mutating func restoreEach(_ batch: ImportReader.Batch) async throws -> [Answer] {
        var answers: [Answer] = []
        for record in batch.records {
            do {
                answers += try await restore([record], as: nil).map { .restored($0) }
            } catch let error as StoreError where error.isAboutContent {
                answers.append(.refused(InvalidInput("job", error.description)))
            }
        }
        _ = try await restore([], as: batch.number)  // ignored: the call only records the batch
        return answers
    }

    /// Restores a batch. A batch from an earlier import is not restored again, because missing jobs were pruned since.
    private mutating func restore(_ records: [JobRecord], as number: Int?) async throws -> [Restored] {
        let (store, isAgain) = (store, isAgain)
        let mark = number.map { MovedBatch(exportID: header.exportID, number: $0, direction: .arrived) }
        let exportID = header.exportID.uuidString.lowercased()
        return try await retry.run(&state.display) {
            try await AuditedStore(store).change { operations in
                let isFirst = try mark.map { try operations.enterMovedBatch($0) } ?? true
                guard isFirst || isAgain else { return (try records.map { try Self.earlier($0.job, operations) }, []) }
                let restored = try operations.restore(records)
                let count = restored.count { $0 == .inserted }
                return (restored, count > 0 ? [AuditEntry(command: "import", target: exportID, count: count)] : [])
            }
        }
    }

    /// Returns a job's result in a batch which an earlier call restored; the reply of the earlier call may have been
    /// lost.
    private static func earlier(_ job: Job, _ operations: any JobOperations) throws(StoreError) -> Restored {
        let holder = try operations.getByCorrelation(clientID: job.clientID, requestID: job.requestID)
        guard let holder, holder.jobID != job.jobID else { return .alreadyThere }
        return .keysTaken(by: holder.jobID)
    }
}

extension StoreError {
    /// True when the given content is the cause, and not the store's state. Class 23 is SQL's constraint violations.
    /// Only constraints added by other software can fail, because `restore` reports violations of the schema's own
    /// constraints.
    var isAboutContent: Bool {
        if case .invalidInput = code { return true }
        return storeCode.hasPrefix("23")
    }
}

extension JobStore {
    /// Returns true when this store has committed the batch. The answer is final, because the call waits for a
    /// transaction which is carrying out the batch.
    func hasMoved(_ batch: MovedBatch) async throws -> Bool {
        do {
            try await transaction { if try $0.enterMovedBatch(batch) { throw NotMoved() } }
            return true
        } catch is NotMoved { return false }
    }

    /// Records a batch; returns false when the batch was recorded before.
    @discardableResult
    func enter(_ batch: MovedBatch) async throws -> Bool { try await transaction { try $0.enterMovedBatch(batch) } }
}

/// Rolls back a transaction which only read.
private struct NotMoved: Error {}
