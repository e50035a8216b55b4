package import FoundationEssentials
import GRDB
package import IXCore
package import IXStore
import IXTelemetry

/// The store's operations on the file: each in a transaction of its own, or all in a transaction of the caller.
package struct SQLiteOperations: JobOperations {
    /// Records that an operation of the body failed, so that the transaction isn't committed in part.
    final class TransactionMark {
        var hasFailed = false
    }

    private enum Access {
        case each(OpenFile)
        case inside(Database, TransactionMark)
    }

    private let access: Access
    let file: SQLiteFile
    /// Where the walks over the lines go on.
    let lines: LineRing
    private let timeout: Duration
    /// Measures the calls; nil for none.
    private var meters: StoreMeters?

    init(_ open: OpenFile, _ timeout: Duration, meters: StoreMeters? = nil) {
        (access, file, self.timeout, self.meters) = (.each(open), open.file, timeout, meters)
        lines = open.lines
    }

    init(_ db: Database, _ mark: TransactionMark, _ file: SQLiteFile, _ timeout: Duration) {
        (access, self.file, self.timeout) = (.inside(db, mark), file, timeout)
        lines = LineRing()
    }

    /// Returns the job, nil for an unknown job; reads by the primary key.
    package func get(_ jobID: UUID) throws(StoreError) -> Job? {
        try read("get") { db in try db.row(.get, [jobID.text]).map(Job.init) }
    }

    /// Returns the job by the caller's own keys, nil for unknown keys; reads by a unique index.
    package func getByCorrelation(clientID: String, requestID: String) throws(StoreError) -> Job? {
        // No column holds NUL, and SQLite would end the text there.
        guard !clientID.utf8.contains(0), !requestID.utf8.contains(0) else { return nil }
        return try read("get_by_correlation") { db in
            try db.row(.getByCorrelation, [clientID, requestID]).map(Job.init)
        }
    }

    /// Returns all kept attempts of the job, oldest first; empty for an unknown job.
    package func attempts(of jobID: UUID) throws(StoreError) -> [AttemptRecord] {
        try read("list_attempts") { db in try db.rows(.listAttempts, [jobID.text, Int.max]).map(AttemptRecord.init) }
    }

    /// Claims a plain job or one in line, in turns while both wait; nil also when the daemon doesn't hold the file.
    static func claim(_ claim: Claim, _ lines: LineRing, _ db: Database) throws -> ClaimedJob? {
        let now = Timestamp.now
        try Release(now: now, db: db).run()
        guard try db.row(.hasLines, [now.text])?[0] == true else { return try claimPlain(claim, now, db) }
        let walk = LineWalk(claim, now, lines, db)
        if try lines.isLineNext || walk.hasUrgent() {
            if let job = try walk.next() { return job }
            return try claimPlain(claim, now, db)
        }
        lines.isLineNext = true
        return try claimPlain(claim, now, db) ?? walk.next()
    }

    /// Claims the oldest due job that stands in no line.
    private static func claimPlain(_ claim: Claim, _ now: Timestamp, _ db: Database) throws -> ClaimedJob? {
        let own: [(any DatabaseValueConvertible)?] = [claim.claimID.text, claim.daemonID.text, now.text]
        let row =
            if let among = claim.useCases {
                try db.row(.claimAmongUseCases, own + [among.names.json, among.isOnly])
            } else {
                try db.row(.claimNextPending, own)
            }
        return try row.map { try ClaimedJob($0, claim, at: now) }
    }

    func hasDue() throws(StoreError) -> Bool {
        guard case .each = access else { return true }
        return try countDue(limit: 1) > 0
    }

    /// Returns the number of due pending jobs, counted up to `limit`.
    func countDue(limit: Int) throws(StoreError) -> Int {
        try read("find_due") { db in try db.row(.findDue, [Timestamp.now.text, limit])?[0] ?? 0 }
    }

    /// Sets `callback_status` from null, or from failed to delivered; returns false for any other change, or without an
    /// ended job.
    package func updateCallbackStatus(_ jobID: UUID, _ status: CallbackStatus) throws(StoreError) -> Bool {
        try write("update_callback_status") { db in
            try db.row(.updateCallbackStatus, [jobID.text, status.rawValue]) != nil
        }
    }

    /// Runs `body` on a single snapshot of the file.
    func read<Value>(_ operation: String, _ body: (Database) throws -> Value) throws(StoreError) -> Value {
        try guarded(operation) {
            switch access {
            case .inside(let db, _): try body(db)
            case .each(let open): try open.pool.read(body)
            }
        }
    }

    /// Runs `body` in a transaction that excludes every second writer.
    func write<Value>(_ operation: String, _ body: (Database) throws -> Value) throws(StoreError) -> Value {
        try guarded(operation) {
            switch access {
            case .inside(let db, _): return try body(db)
            case .each(let open):
                return try open.pool.writeWithoutTransaction { db in
                    var value: Value?
                    try db.inTransaction(.immediate) {
                        value = try body(db)
                        return .commit
                    }
                    guard let value else {
                        throw StoreError(.internal, operation: operation, message: "nothing was done")
                    }
                    return value
                }
            }
        }
    }

    private func guarded<Value>(_ operation: String, _ body: () throws -> Value) throws(StoreError) -> Value {
        guard let meters else { return try bounded(operation, body) }
        let start = ContinuousClock.now
        defer { meters.called(.init(operation: operation), .now - start) }
        do { return try bounded(operation, body) } catch {
            meters.failed(.init(operation: operation), kind: error.code.word)
            throw error
        }
    }

    private func bounded<Value>(_ operation: String, _ body: () throws -> Value) throws(StoreError) -> Value {
        do {
            return try CallDeadline.within(timeout, body)
        } catch {
            if case .inside(_, let mark) = access { mark.hasFailed = true }
            throw StoreError(error, operation: operation).naming(file)
        }
    }
}

extension [String] {
    /// The texts as a JSON array.
    var json: String { "[" + map { JSONPairs.literal($0) }.joined(separator: ",") + "]" }
}

extension UUID {
    /// The id in the file's form: lower case.
    var text: String { uuidString.lowercased() }
}
