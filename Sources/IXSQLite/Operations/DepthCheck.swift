import GRDB
import IXCore
import IXStore

/// `DepthCheck` refuses an insert of a client that has as many waiting jobs in a queue as the queue's client_depth allows.
///
/// No number of waiting jobs is kept. Up to a limit of 128 each insert counts; above it a share of the inserts counts, and
/// notes a client that reaches the limit. The note is taken away below nine tenths. So the limit may be passed by a few in a
/// hundred.
struct DepthCheck {
    private static let counts = 128

    let clientID: String
    let queue: String
    let depth: Int

    /// Returns the words of the refusal; nil for a client that has room.
    func refusal(_ db: Database) throws -> String? {
        // Schedules have no depth.
        guard clientID != "schedule" else { return nil }
        if depth <= Self.counts { return try waiting(upTo: depth, db) < depth ? nil : words }
        if try db.row(.isFull, [clientID, queue]) != nil {
            guard try waiting(upTo: resumes, db) < resumes else { return words }
            try db.run(.strikeClient, [clientID, queue])
        } else if Int.random(in: 0..<depth) < Self.counts, try waiting(upTo: depth, db) >= depth - 1 {
            try db.run(.noteFull, [clientID, queue])
        }
        return nil
    }

    /// Inserts are taken again with fewer than this number of waiting jobs.
    private var resumes: Int { max(1, (depth * 9 + 9) / 10) }

    private var words: String {
        "client_id \(clientID): \(depth) jobs wait in queue \(queue), limit \(depth); "
            + "insert again when fewer than \(resumes) wait"
    }

    private func waiting(upTo limit: Int, _ db: Database) throws -> Int {
        try db.row(.countDepth, [clientID, queue, limit])?["waiting"] ?? 0
    }
}
