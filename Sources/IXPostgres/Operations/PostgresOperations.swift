package import FoundationEssentials
package import IXCore
package import IXStore
import IXTelemetry

/// The store's operations on one connection, inside the transaction that is open on the connection, if any.
package struct PostgresOperations: JobOperations {
    let link: PostgresLink
    let timeout: Duration
    let view: QueueView
    /// The age at which a running row without a lease counts as an orphan.
    let unleasedAfter: Duration
    /// Measures the calls; nil for none.
    var meters: StoreMeters?
    /// True on the connections to a standby for reads.
    var isOfStandby = false

    var mark: ClaimMark { view.mark }
    var declarations: Declarations { view.declarations }

    /// Runs a caller's own statement in the open transaction; parameters `$1…` and the result's columns are text, nil
    /// for NULL.
    @discardableResult
    package func query(_ sql: String, _ parameters: [String?] = []) throws(StoreError) -> [[String?]] {
        do {
            let rows = try link.query(sql, parameters, by: Deadline(after: timeout))
            return rows.map { row in (0..<rows.columns).map { row.text(at: $0) } }
        } catch { throw error.storeError("query") }
    }

    /// Inserts the job by `ix_enqueue`. Failure: `invalidInput` names the refused field, also for a time which the
    /// server can't read.
    package func insertPending(_ insertion: NewJob) throws(StoreError) -> InsertResult {
        let rows = try run(
            .insertPending,
            [
                insertion.request.document.text, insertion.callbackURL,
                insertion.inUTC(insertion.runAt, "run_at"), "\(insertion.priority)",
                "\(insertion.maxAttempts)", insertion.inUTC(insertion.expiresAt, "expires_at"), insertion.traceContext,
                insertion.queue, insertion.groupKey, insertion.dedupe?.key, insertion.dedupe?.rule.rawValue,
                insertion.dedupe?.seconds.map { "\($0)" }, insertion.after?.jobIDs.array,
                insertion.after?.onFailure.rawValue, insertion.batchID?.uuidString,
            ])
        guard let row = rows.first, let inserted = try InsertResult(row) else { throw fault(.insertPending) }
        return inserted
    }

    /// Claims the oldest due job, or one in line; nil also when the daemon's lease has ended. Never waits for a lock.
    ///
    /// A document that can't be read as text is nil in the result; the call never fails with `unreadable`.
    func claimAlone(_ claim: Claim) throws(StoreError) -> ClaimedJob? {
        let isReadyFirst = view.lines.asksReadyFirst()
        if isReadyFirst, let job = try claimFromLines(claim) { return job }
        if let job = try claimPlain(claim) { return job }
        view.lines.missedPlain()
        guard !isReadyFirst, try seesLines() else { return nil }
        return try claimFromLines(claim)
    }

    /// Claims the oldest due job that stands in no line, scanning from the queue's start.
    func claimPlain(_ claim: Claim) throws(StoreError) -> ClaimedJob? {
        let scan = mark.scan(whole: true)
        do { return try claimed(by: claim, run(claim.call(scan)), scan) } catch let error
            where error.code == .unreadable
        {
            return try claimUnread(claim)
        }
    }

    /// Claims the oldest row although its document can't be written out as text, so that the caller can end the job.
    /// Meanwhile another claim may have taken that row, and this row may be readable; so the document is read once
    /// more.
    func claimUnread(_ claim: Claim) throws(StoreError) -> ClaimedJob? {
        let scan = mark.scan(whole: true)
        guard let job = try claimed(by: claim, run(claim.call(scan, document: false)), scan) else { return nil }
        do { return job.reading(try get(job.attempt.jobID)?.request) } catch let error where error.code == .unreadable {
            return job
        }
    }

    /// Returns the job, nil for an unknown job; reads by the primary key. Failure: `unreadable` for a document that
    /// can't be written out.
    package func get(_ jobID: UUID) throws(StoreError) -> Job? {
        try run(.get, [jobID.uuidString]).first.map(Job.init)
    }

    /// Returns the job by the caller's own keys, nil for unknown keys; a key with NUL names no job. Reads by a unique
    /// index.
    package func getByCorrelation(clientID: String, requestID: String) throws(StoreError) -> Job? {
        guard !clientID.utf8.contains(0), !requestID.utf8.contains(0) else { return nil }
        return try run(.getByCorrelation, [clientID, requestID]).first.map(Job.init)
    }

    /// Returns all kept attempts of the job, oldest first; empty for an unknown job.
    package func attempts(of jobID: UUID) throws(StoreError) -> [AttemptRecord] {
        try run(.listAttempts, [[jobID].array, "\(Int32.max)"]).map(AttemptRecord.init)
    }

    /// Sets `callback_status` from null, or from failed to delivered; returns false for any other change, or without an
    /// ended job.
    package func updateCallbackStatus(_ jobID: UUID, _ status: CallbackStatus) throws(StoreError) -> Bool {
        try run(.updateCallbackStatus, [jobID.uuidString, status.rawValue]).count == 1
    }

    /// Ends at most `limit` pending jobs after their `expires_at`, code `expired`; skips locked rows.
    package func expirePending(limit: Int) throws(StoreError) -> [HandedBack] {
        tellingDependents(try run(.expirePending, ["\(limit)"]).map(HandedBack.init))
    }

    func run(_ statement: Statement, _ parameters: [String?]) throws(StoreError) -> PostgresRows {
        try run(PostgresLink.Call(statement, parameters))
    }

    func run(_ call: PostgresLink.Call) throws(StoreError) -> PostgresRows {
        try measured(call.statement) { () throws(StoreError) in
            do throws(PostgresError) { return try link.run(call, by: Deadline(after: timeout)) } catch {
                throw error.storeError(call.statement.rawValue)
            }
        }
    }

    /// Runs `body`, and measures its time as that of a call to `statement`.
    func measured<Value>(
        _ statement: Statement, _ body: () throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        guard let meters else { return try body() }
        let start = ContinuousClock.now
        defer { meters.called(statement.group, .now - start) }
        do { return try body() } catch {
            meters.failed(statement.group, kind: error.code.word)
            throw error
        }
    }

    func claimed(
        by claim: Claim, _ rows: PostgresRows, _ scan: ClaimMark.Scan
    ) throws(StoreError) -> ClaimedJob? {
        if claim.useCases == nil { mark.found(try rows.first?.position(), by: scan) }
        guard let row = rows.first else { return nil }
        let job = try ClaimedJob(row, claim.claimID)
        if let place = row.declaration {
            let declared = Declarations.Row(daemonID: claim.daemonID, place: place, first: job.attempt.jobID)
            declarations.declare(declared, jobs: 1)
            declarations.hold(claim.claimID, row.place, by: declared)
        }
        return job
    }

    func fault(_ statement: Statement) -> StoreError {
        StoreError(.internal, operation: statement.rawValue, message: "the database returned no row")
    }
}

extension ClaimedJob {
    func reading(_ request: String?) -> ClaimedJob {
        ClaimedJob(
            attempt: attempt, maxAttempts: maxAttempts, names: names, request: request, isExpired: isExpired,
            isCancelled: isCancelled, hasFollowers: hasFollowers, waited: waited,
            traceContext: traceContext)
    }
}

extension Claim {
    func call(_ scan: ClaimMark.Scan, document: Bool = true) -> PostgresLink.Call {
        var parameters = Parameters()
        parameters.append(claimID)
        parameters.append(daemonID)
        parameters.append(document)
        if let useCases {
            parameters.append(useCases.names.array)
            parameters.append(useCases.isOnly)
            return PostgresLink.Call(.claimAmongUseCases, parameters)
        }
        parameters.append(scan)
        return PostgresLink.Call(.claimNextPending, parameters)
    }
}

extension Parameters {
    /// Appends the scan's start, the last two parameters of a claim.
    mutating func append(_ scan: ClaimMark.Scan) {
        let start = scan.startsAtMark ? scan.mark : .start
        append(instant: start.due)
        append(start.jobID)
    }
}

extension [String?] {
    /// The texts as a literal of SQL's arrays, nil as NULL. Byte by byte, because a quote with a combining mark behind it is
    /// another character, and still a quote to the server.
    var array: String {
        var bytes: [UInt8] = [UInt8(ascii: "{")]
        for (index, text) in enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            guard let text else {
                bytes += "NULL".utf8
                continue
            }
            bytes.append(UInt8(ascii: "\""))
            for byte in text.utf8 {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
                bytes.append(byte)
            }
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: "}"))
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension [String] {
    /// The texts as a literal of SQL's text[].
    var array: String { map(Optional.some).array }
}

extension [UUID] {
    /// The ids as a literal of SQL's uuid[].
    var array: String { "{" + map(\.uuidString).joined(separator: ",") + "}" }
}

extension Duration {
    /// The seconds as SQL's double precision.
    var seconds: String { "\(inSeconds)" }
}

extension NewJob {
    /// A time without a zone would mean the session's to the server.
    func inUTC(_ time: String?, _ field: String) throws(StoreError) -> String? {
        guard let time else { return nil }
        do throws(InvalidInput) { return try TimeText.read(time, field: field) } catch {
            throw StoreError(.invalidInput(error), operation: "insert_pending", message: error.description)
        }
    }
}
