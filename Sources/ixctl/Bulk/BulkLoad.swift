import FoundationEssentials
import IXCore
import IXStore

/// Puts a file's lines into the queue, batch after batch; what is acknowledged is remembered after each.
struct BulkLoad {
    let store: any JobStore
    let reader: BulkReader
    let stop: StopRequest
    let patience: StorePatience
    var ledger: LoadLedger

    /// True when the input was read to its end, false when a stop was asked for.
    mutating func run() async throws -> Bool {
        let reader = reader
        var batch = try await reader.next()
        while true {
            let isLast = batch.isLast
            async let following = isLast ? nil : reader.next()  // while the database is at work
            do {
                try await load(batch)
            } catch {
                stop.request()  // a reader that waits for input gives up too
                throw error
            }
            if stop.isRequested && !isLast { return false }
            guard let next = try await following else { return true }
            batch = next
        }
    }

    private mutating func load(_ batch: BulkReader.Batch) async throws {
        let (store, insertions) = (store, batch.insertions)
        // What had been inserted before a reply was lost is found again.
        let items =
            insertions.isEmpty
            ? []
            : try await patience.run(&ledger.display) {
                try await store.perform { try $0.insertPendingBatch(insertions) }
            }
        var refused = batch.refusals
        for (line, item) in zip(batch.lines, items) {
            switch item {
            case .inserted(let inserted): count(inserted)
            case .refused(let reason): refused.append(Refusal(line: line, reason: reason))
            }
        }
        try ledger.acknowledge(line: batch.number, offset: batch.end, refused: refused)
    }

    private mutating func count(_ inserted: Inserted) {
        guard inserted.isDuplicate else { return ledger.progress.inserted += 1 }
        ledger.progress.duplicates += 1
        if inserted.differs { ledger.progress.differing += 1 }
    }
}
