import FoundationEssentials
import IXCore
import IXStore

/// Puts an export's jobs into a store, batch after batch, each in one transaction.
struct ImportLoad {
    let store: any JobStore
    let reader: ImportReader
    let header: ExportHeader
    /// Batches that came in before are looked at again, so that what is missing comes back.
    let isAgain: Bool
    let patience: StorePatience
    var ledger: LoadLedger

    /// True when the input was read to its end, false when a stop was asked for.
    mutating func run() async throws -> Bool {
        // In this order: a progress whose store doesn't know the export tells of another store.
        _ = try await restore([], as: 0)  // ignored: there is nothing in it
        try ledger.progressFile?.write(ledger.progress)
        while true {
            switch try await reader.next() {
            case .end: return true
            case .stopped: return false
            case .batch(let batch):
                try await load(batch)
                if patience.stop.isRequested { return false }
            }
        }
    }

    private mutating func load(_ batch: ImportReader.Batch) async throws {
        var refused = batch.refusals
        for (line, answer) in zip(batch.lines, try await restore(batch)) {
            switch answer {
            case .restored(.inserted): ledger.progress.inserted += 1
            case .restored(.alreadyThere): ledger.progress.duplicates += 1
            case .restored(.keysTaken(let holder)):
                let reason = "belongs to another job of this client: \(holder.uuidString.lowercased())"
                refused.append(Refusal(line: line, reason: InvalidInput("request_id", reason)))
            case .refused(let reason): refused.append(Refusal(line: line, reason: reason))
            }
        }
        try ledger.acknowledge(line: batch.line, offset: batch.end, refused: refused)
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

    /// The store refuses one of them, and doesn't say which: a rule of its own, such as a foreign column's length.
    private mutating func restoreEach(_ batch: ImportReader.Batch) async throws -> [Answer] {
        var answers: [Answer] = []
        for record in batch.records {
            do {
                answers += try await restore([record], as: nil).map { .restored($0) }
            } catch let error as StoreError where error.isAboutContent {
                answers.append(.refused(InvalidInput("job", error.description)))
            }
        }
        _ = try await restore([], as: batch.number)  // ignored: only the batch is to be remembered
        return answers
    }

    /// A batch that came in before is not put back: what is no longer there has been pruned.
    private mutating func restore(_ records: [JobRecord], as number: Int?) async throws -> [Restored] {
        let (store, isAgain) = (store, isAgain)
        let mark = number.map { MovedBatch(exportID: header.exportID, number: $0, direction: .arrived) }
        return try await patience.run(&ledger.display) {
            try await store.transaction { operations in
                let isFirst = try mark.map { try operations.enterMovedBatch($0) } ?? true
                guard isFirst || isAgain else { return try records.map { try Self.earlier($0.job, operations) } }
                return try operations.restore(records)
            }
        }
    }

    /// What a job's restore came to, in a batch whose answer may have been lost.
    private static func earlier(_ job: Job, _ operations: any JobOperations) throws(StoreError) -> Restored {
        let holder = try operations.getByCorrelation(clientID: job.clientID, requestID: job.requestID)
        guard let holder, holder.jobID != job.jobID else { return .alreadyThere }
        return .keysTaken(by: holder.jobID)
    }
}

extension StoreError {
    /// What was given, not the store's state, is the cause. Class 23 are SQL's constraints: somebody's own, since ours are
    /// answered for by `restore`.
    fileprivate var isAboutContent: Bool {
        if case .invalidInput = code { return true }
        return storeCode.hasPrefix("23")
    }
}
