import FoundationEssentials
import IXCore
import IXStore

/// What comes in behind the jobs: keys of requests, and the jobs that wait for others.
extension ImportLoad {
    /// Members that one step notes.
    private static let members = 5000

    /// Restores receipts or dedupe keys. What the store has stays as it is. Returns the line where it is refused.
    mutating func restoreKeys(_ line: SourceLine) async throws -> [Refusal] {
        do {
            guard !line.isCut else { throw InvalidInput("line", "over \(ExportLine.limit) bytes") }
            let read = try KeysLine(line.bytes)
            let store = store
            try await retry.run(&state.display) {
                try await store.transaction { operations in
                    switch read {
                    case .receipts(let receipts): try operations.restoreReceipts(receipts)
                    case .dedupes(let dedupes): try operations.restoreDedupes(dedupes)
                    }
                }
            }
            keys += read.count
            return []
        } catch let input as InvalidInput {
            return [Refusal(line: line, reason: input)]
        } catch let error as StoreError where error.isAboutContent {
            guard case .invalidInput(let input) = error.code else {
                return [Refusal(line: line, reason: InvalidInput("line", error.description))]
            }
            return [Refusal(line: line, reason: input)]
        }
    }

    /// Restores the jobs that wait for others. A job left the source before those for which it waited, so that no release failed it
    /// there; here the last to leave comes in first, so that each finds what it waits for. An import that is continued
    /// begins these anew. Returns false after a stop request.
    mutating func restoreWaiting() async throws -> Bool {
        for lines in waiting.reversed() {
            if retry.stop.isRequested { return false }
            let batch = try await reader.waiting(lines)
            try state.refuse(try await load(batch))
            for record in batch.records {
                if case .members = record.wait { try await noteMembers(of: record.job.jobID) }
            }
        }
        return true
    }

    private mutating func noteMembers(of batchID: UUID) async throws {
        let store = store
        var last: UUID?
        repeat {
            let start = last
            last = try await retry.run(&state.display) {
                try await store.perform { try $0.noteMembers(of: batchID, after: start, limit: Self.members) }
            }
        } while last != nil
    }
}
