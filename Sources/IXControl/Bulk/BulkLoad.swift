import FoundationEssentials
import IXCore
import IXStore

/// Inserts a file's lines into the queue, batch after batch. The state records each batch after the store acknowledged
/// it.
struct BulkLoad {
    let target: any EnqueueTarget
    let reader: BulkReader
    let stop: StopRequest
    let retry: StoreRetry
    var state: LoadState

    /// Returns true when the input was read to its end, false after a stop request.
    mutating func run() async throws -> Bool {
        let reader = reader
        var batch = try await reader.next()
        while true {
            let isLast = batch.isLast
            async let following = isLast ? nil : reader.next()  // overlaps with the insert below
            do {
                try await load(batch)
            } catch {
                stop.request()  // a reader blocked on input returns, too
                throw error
            }
            if stop.isRequested && !isLast { return false }
            guard let next = try await following else { return true }
            batch = next
        }
    }

    private mutating func load(_ batch: BulkReader.Batch) async throws {
        let (target, insertions) = (target, batch.insertions)
        // A lost reply is harmless: the retry finds the jobs already inserted and counts them as duplicates.
        let items =
            insertions.isEmpty
            ? []
            : try await retry.run(&state.display) { try await Self.insert(insertions, target) }
        var refused = batch.refusals
        for (line, item) in zip(batch.lines, items) {
            switch item {
            case .inserted(let inserted): count(inserted)
            case .refused(let reason): refused.append(Refusal(line: line, reason: reason))
            case .queueFull: break  // thrown before
            }
        }
        try state.acknowledge(line: batch.number, offset: batch.end, refused: refused)
    }

    /// Inserts the jobs; throws when the client has no room left in its queue. The repeat finds the others as duplicates.
    private static func insert(_ jobs: [NewJob], _ target: any EnqueueTarget) async throws -> [BatchInsertResult] {
        let items = try await target.insert(jobs)
        for case .queueFull(let words) in items {
            throw StoreError(.queueFull, operation: "insert_pending_batch", message: words)
        }
        return items
    }

    private mutating func count(_ inserted: InsertResult) {
        guard inserted.isDuplicate else { return state.progress.inserted += 1 }
        state.progress.duplicates += 1
        if inserted.differs { state.progress.differing += 1 }
    }
}
