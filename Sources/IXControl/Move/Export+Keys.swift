import IXStore

extension Export {
    /// Writes the receipts, and with a move the dedupe keys. Both stay in the store, so that a request which still comes
    /// there gets its answer. Behind the jobs, so that the lines hold what a prune has entered meanwhile. Returns false after
    /// a stop request.
    mutating func writeKeys() async throws -> Bool {
        let clientID = header.clientID
        var receipt: Receipt.Keys?
        repeat {
            if stop.isRequested { return false }
            let start = receipt
            let page = try await store.perform {
                try $0.receipts(of: clientID, after: start, limit: KeysLine.most)
            }
            try write(.receipts(page.receipts))
            receipt = page.next
        } while receipt != nil
        // A key of a copy would answer by a job that stays in the source.
        guard header.mode == .move else { return true }
        var dedupe: DedupeRecord?
        repeat {
            if stop.isRequested { return false }
            let start = dedupe
            let page = try await store.perform { try $0.dedupes(of: clientID, after: start, limit: KeysLine.most) }
            try write(.dedupes(page))
            dedupe = page.last
        } while dedupe != nil
        return true
    }

    private mutating func write(_ line: KeysLine) throws {
        guard line.count > 0 else { return }
        try file.append(line.text)
        keys += line.count
    }
}
