package import FoundationEssentials
import GRDB
import IXCore
package import IXStore

extension SQLiteOperations {
    /// Claims due callbacks by `CallbackTurns`. A call without due callbacks takes no writer's lock.
    package func claimCallbacks(_ claim: CallbackClaim) throws(StoreError) -> [ClaimedCallback] {
        let turns = CallbackTurns(claim)
        // The read comes first, so that a look without due callbacks doesn't take the writer's lock.
        guard claim.limit > 0, try read("list_endpoints", { try Self.hasDue($0, turns) }) else { return [] }
        return try write("claim_callbacks") { db in
            let now = Timestamp.now
            let picked = turns.picked(try Self.candidates(db, turns, now))
            guard !picked.isEmpty else { return [] }
            let values: [(any DatabaseValueConvertible)?] = [
                claim.claimID.text, claim.daemonID.text, (now + claim.lease).text, picked.json, claim.wraps,
            ]
            return try db.rows(.claimCallbacks, values).map { try ClaimedCallback($0, claim, now) }
        }
    }

    private static func hasDue(_ db: Database, _ turns: CallbackTurns) throws -> Bool {
        let now = Timestamp.now.text
        return try db.rows(.listEndpoints).contains { row in
            row["due_at"] <= now && turns.slots(row["endpoint"], row["client_id"]) > 0
        }
    }

    /// Returns the due callbacks of each client at each endpoint, as many as slots are free.
    private static func candidates(
        _ db: Database, _ turns: CallbackTurns, _ now: Timestamp
    ) throws -> [CallbackTurns.Candidate] {
        try db.rows(.listEndpoints).flatMap { row -> [CallbackTurns.Candidate] in
            let (endpoint, clientID): (String, String) = (row["endpoint"], row["client_id"])
            let slots = turns.slots(endpoint, clientID)
            guard row["due_at"] <= now.text, slots > 0 else { return [] }
            return try db.rows(.findCallbacks, [endpoint, clientID, now.text, slots]).map { found in
                CallbackTurns.Candidate(
                    jobID: found["job_id"], dueAt: found["due_at"], endpoint: endpoint, clientID: clientID)
            }
        }
    }

    /// Makes the claim's callbacks due again, for a claim whose reply was lost. Reads all due entries.
    package func releaseClaim(_ claimID: UUID) throws(StoreError) {
        try write("release_claim") { db in try db.run(.releaseClaim, [claimID.text, Timestamp.now.text]) }
    }

    /// Returns the time until a callback is due whose endpoint and client have slots; zero for a due callback, nil
    /// without any. Reads only.
    package func nextCallback(slots: [String: Int], shares: [String: Int]) throws(StoreError) -> Duration? {
        let first: String? = try read("list_endpoints") { db in
            try db.rows(.listEndpoints)
                .first { slots[$0["endpoint"]] ?? 1 > 0 && shares[$0["client_id"]] ?? 1 > 0 }?["due_at"]
        }
        return first.flatMap(Timestamp.init).map { max($0 - .now, .zero) }
    }

    /// Records deliveries' results in a single transaction and returns the jobs whose delivery still held its claim.
    package func recordDeliveries(_ deliveries: [DeliveryCompletion]) throws(StoreError) -> Set<UUID> {
        guard !deliveries.isEmpty else { return [] }
        return try write("record_outcome") { db in
            Set(try deliveries.filter { try Self.record($0, db) }.map(\.jobID))
        }
    }

    private static func record(_ delivery: DeliveryCompletion, _ db: Database) throws -> Bool {
        let now = Timestamp.now
        let (job, claim) = (delivery.jobID.text, delivery.claimID.text)
        let row = try db.row(
            .recordOutcome,
            [
                job, claim, delivery.state, delivery.pause.map { (now + $0).text }, delivery.advances,
                delivery.report != nil, now.text,
            ])
        guard let row else { return false }
        if let report = delivery.report {
            try db.run(
                .recordDelivery,
                [
                    job, claim, row["daemon_id"] as String?, row["tries"] as Int, now.text, report.seconds,
                    report.httpStatus, report.reason, report.answer,
                ])
        }
        // A result without a pause is final, so the job's callback_status is set.
        if delivery.pause == nil { try db.run(.updateCallbackStatus, [job, delivery.state]) }
        return true
    }

    /// Lists the outbox: due callbacks by due time, then failed and delivered callbacks, latest result first.
    package func callbacks(_ filter: CallbackFilter, limit: Int) throws(StoreError) -> [CallbackRecord] {
        let now = Timestamp.now
        let states = filter.states.map(\.rawValue).sorted().json
        return try read("list_callbacks") { db in
            try db.rows(
                .listCallbacks,
                [
                    states, filter.clientID, filter.endpoint, limit, now.text, filter.after?.state.rawValue,
                    filter.after?.at, filter.after?.jobID.text,
                ]
            )
            .map { try CallbackRecord($0, now) }
        }
    }

    package func endpoints(limit: Int) throws(StoreError) -> [EndpointCounts] {
        try read("count_endpoints") { db in
            try db.rows(.countEndpoints, [limit]).map { row in
                EndpointCounts(
                    endpoint: row["endpoint"], due: row["due"], retrying: row["retrying"], failed: row["failed"],
                    closedBy: EndpointCounts.daemons(row["closed_by"]))
            }
        }
    }

    package func recordClosedEndpoints(_ daemonID: UUID, _ endpoints: [String]) throws(StoreError) {
        let list = "[" + endpoints.map(JSONPairs.literal).joined(separator: ",") + "]"
        try write("record_closed_endpoints") { db in try db.run(.recordClosedEndpoints, [daemonID.text, list]) }
    }

    /// Returns the job's callback; nil for a job without a callback.
    package func callback(of jobID: UUID) throws(StoreError) -> CallbackRecord? {
        let now = Timestamp.now
        return try read("get_callback") { db in
            try db.row(.getCallback, [jobID.text, now.text]).map { try CallbackRecord($0, now) }
        }
    }

    /// Returns the newest 1,000 tries of the job's callback, oldest first.
    package func deliveries(of jobID: UUID) throws(StoreError) -> [DeliveryRecord] {
        try read("list_deliveries") { db in try db.rows(.listDeliveries, [jobID.text]).map(DeliveryRecord.init) }
    }

    /// Makes callbacks of ended jobs due once more, in a single transaction; each job once, in no particular order.
    package func redeliver(_ jobIDs: [UUID]) throws(StoreError) -> [Redelivery] {
        try write("enqueue_callback") { db in
            try Set(jobIDs).map { Redelivery(jobID: $0, result: try Self.redeliver($0, db)) }
        }
    }

    private static func redeliver(_ jobID: UUID, _ db: Database) throws -> Redelivery.Result {
        guard let job = try db.row(.get, [jobID.text]) else { return .notFound }
        guard try job.status("status").isTerminal else { return .notEnded }
        guard job["callback_url"] as String? != nil else { return .noURL }
        return try db.row(.enqueueCallback, [jobID.text, Timestamp.now.text]) == nil ? .underWay : .due
    }

    /// True when a callback is due and no delivery of the callback is under way.
    func hasDueCallback() throws(StoreError) -> Bool {
        let now = Timestamp.now.text
        return try read("list_endpoints") { try $0.rows(.listEndpoints).contains { $0["due_at"] <= now } }
    }
}

extension ClaimedCallback {
    fileprivate init(_ row: Row, _ claim: CallbackClaim, _ now: Timestamp) throws {
        try self.init(
            jobID: row.id("job_id"), claimID: claim.claimID, clientID: row["client_id"], url: row["url"],
            endpoint: row["endpoint"], status: row.status("status"), endedAt: row["ended_at"],
            body: row["body"] ?? "null", isWrapped: row["wrapped"], retryIndex: row["step"], tries: row["tries"],
            age: (row["since"] as String?).flatMap(Timestamp.init).map { now - $0 } ?? .zero,
            traceContext: row["trace_context"], lastClaim: row.uuid("last_claim"))
    }
}

extension CallbackRecord {
    fileprivate init(_ row: Row, _ now: Timestamp) throws {
        let state = State(rawValue: row["state"]) ?? .due
        let dueAt = (row["due_at"] as String?).flatMap(Timestamp.init)
        try self.init(
            jobID: row.id("job_id"), clientID: row["client_id"], url: row["url"], endpoint: row["endpoint"],
            status: row.status("status"), state: state, tries: row["tries"], isSending: row["sending"],
            dueIn: state == .due ? dueAt.map { Double($0.microseconds - now.microseconds) / 1e6 } : nil,
            dueAt: state == .due ? dueAt?.text : nil, endedAt: row["ended_at"], settledAt: row["settled_at"])
    }
}

extension DeliveryRecord {
    fileprivate init(_ row: Row) throws {
        let report = DeliveryReport(
            seconds: row["seconds"], httpStatus: row["http_status"], reason: row["reason"], answer: row["answer"])
        try self.init(
            number: row["try"], claimID: row.id("claim_id"), daemonID: row.uuid("daemon_id"),
            endedAt: row["ended_at"], report: report)
    }
}

extension CallbackCounts {
    init(_ row: Row, now: Timestamp) {
        self.init()
        due = row["due"]
        retrying = row["retrying"]
        failed = row["failed"]
        oldest = (row["oldest"] as String?).flatMap(Timestamp.init)
            .map { Double(now.microseconds - $0.microseconds) / 1e6 }
    }
}
