public import FoundationEssentials
public import IXCore
public import IXStore

/// The store's operations on one connection, inside whatever transaction is open on it.
public struct PostgresOperations: JobOperations {
    let link: PostgresLink
    let timeout: Duration
    let mark: ClaimMark

    /// Runs a caller's own statement in the same transaction; parameters `$1…` as text, rows as text.
    @discardableResult
    public func query(_ sql: String, _ parameters: [String?] = []) throws(StoreError) -> [[String?]] {
        do {
            let rows = try link.query(sql, parameters, by: Deadline(after: timeout))
            return rows.map { row in (0..<rows.columns).map { row.text(at: $0) } }
        } catch { throw error.storeError("query") }
    }

    public func insertPending(_ insertion: Insertion) throws(StoreError) -> Inserted {
        let rows = try run(
            .insertPending,
            [
                insertion.request.document.text, insertion.callbackURL,
                insertion.inUTC(insertion.runAt, "run_at"), "\(insertion.priority)",
                "\(insertion.maxAttempts)", insertion.inUTC(insertion.expiresAt, "expires_at"),
            ])
        guard let row = rows.first, let inserted = try Inserted(row) else { throw fault(.insertPending) }
        return inserted
    }

    public func claimNextPending(_ claim: Claim) throws(StoreError) -> ClaimedJob? {
        let scan = mark.scan(whole: true)
        do { return try claimed(by: claim, run(claim.call(scan)), scan) } catch let error
            where error.code == .unreadable
        {
            return try claimUnread(claim)
        }
    }

    /// The oldest row's document can't be written out as text. Claimed without it, it can be ended. Somebody else may
    /// have taken that row meanwhile and this be a healthy one, so its document is asked for once more.
    func claimUnread(_ claim: Claim) throws(StoreError) -> ClaimedJob? {
        let scan = mark.scan(whole: true)
        guard let job = try claimed(by: claim, run(claim.call(scan, document: false)), scan) else { return nil }
        do { return job.reading(try get(job.attempt.jobID)?.request) } catch let error where error.code == .unreadable {
            return job
        }
    }

    public func get(_ jobID: UUID) throws(StoreError) -> Job? {
        try run(.get, [jobID.uuidString]).first.map(Job.init)
    }

    public func getByCorrelation(clientID: String, requestID: String) throws(StoreError) -> Job? {
        guard !clientID.utf8.contains(0), !requestID.utf8.contains(0) else { return nil }
        return try run(.getByCorrelation, [clientID, requestID]).first.map(Job.init)
    }

    public func attempts(of jobID: UUID) throws(StoreError) -> [AttemptRecord] {
        try run(.listAttempts, [[jobID].array, "\(Int32.max)"]).map(AttemptRecord.init)
    }

    public func updateCallbackStatus(_ jobID: UUID, _ status: CallbackStatus) throws(StoreError) -> Bool {
        try run(.updateCallbackStatus, [jobID.uuidString, status.rawValue]).count == 1
    }

    public func expirePending(limit: Int) throws(StoreError) -> [HandedBack] {
        try run(.expirePending, ["\(limit)"]).map(HandedBack.init)
    }

    func run(_ statement: Statement, _ parameters: [String?]) throws(StoreError) -> PostgresRows {
        try run(PostgresLink.Call(statement, parameters))
    }

    func run(_ call: PostgresLink.Call) throws(StoreError) -> PostgresRows {
        do { return try link.run(call, by: Deadline(after: timeout)) } catch {
            throw error.storeError(call.statement.rawValue)
        }
    }

    func claimed(
        by claim: Claim, _ rows: PostgresRows, _ scan: ClaimMark.Scan
    ) throws(StoreError) -> ClaimedJob? {
        if claim.useCases == nil { mark.found(try rows.first?.position(), by: scan) }
        guard let row = rows.first else { return nil }
        return try ClaimedJob(row, claim.claimID)
    }

    func fault(_ statement: Statement) -> StoreError {
        StoreError(.fault, operation: statement.rawValue, message: "the database answered with no row")
    }
}

extension ClaimedJob {
    fileprivate func reading(_ request: String?) -> ClaimedJob {
        ClaimedJob(
            attempt: attempt, maxAttempts: maxAttempts, names: names, request: request, isExpired: isExpired,
            isCancelled: isCancelled, hasCallback: hasCallback)
    }
}

extension Claim {
    func call(_ scan: ClaimMark.Scan, document: Bool = true) -> PostgresLink.Call {
        var parameters = Parameters()
        parameters.append(claimID)
        parameters.append(workerID)
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
    /// As the claims' last two: where to start.
    mutating func append(_ scan: ClaimMark.Scan) {
        let start = scan.startsAtMark ? scan.mark : .start
        append(instant: start.due)
        append(start.jobID)
    }
}

extension [String] {
    /// As SQL's text[].
    var array: String {
        let items = map { text in
            "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() + "\""
        }
        return "{" + items.joined(separator: ",") + "}"
    }
}

extension [UUID] {
    /// As SQL's uuid[].
    var array: String { "{" + map(\.uuidString).joined(separator: ",") + "}" }
}

extension Duration {
    /// As SQL's double precision seconds.
    var seconds: String {
        let (seconds, attoseconds) = components
        return "\(Double(seconds) + Double(attoseconds) / 1e18)"
    }
}

extension Insertion {
    /// A time without a zone would mean the session's to the server.
    fileprivate func inUTC(_ time: String?, _ field: String) throws(StoreError) -> String? {
        guard let time else { return nil }
        do throws(InvalidInput) { return try TimeText.read(time, field: field) } catch {
            throw StoreError(.invalidInput(error), operation: "insert_pending", message: error.description)
        }
    }
}
