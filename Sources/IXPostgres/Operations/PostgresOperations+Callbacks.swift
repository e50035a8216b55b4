package import FoundationEssentials
import IXCore
package import IXStore

extension PostgresOperations {
    /// Claims due callbacks. When none is due, makes requested redeliveries due and claims once more.
    ///
    /// Guarantees: never waits for a lock on a callback. Cost: one index step per pair of endpoint and client, however
    /// long the backlog is.
    package func claimCallbacks(_ claim: CallbackClaim) throws(StoreError) -> [ClaimedCallback] {
        guard claim.limit > 0 else { return [] }
        let claimed = try claimDue(claim)
        guard claimed.isEmpty, try takeRedeliveries() > 0 else { return claimed }
        return try claimDue(claim)
    }

    private func claimDue(_ claim: CallbackClaim) throws(StoreError) -> [ClaimedCallback] {
        try run(
            .claimCallbacks,
            [
                claim.claimID.uuidString, claim.daemonID.uuidString, claim.lease.seconds, "\(claim.limit)",
                "\(claim.slotsPerEndpoint)", CallbackClaim.json(claim.slots), claim.wraps ? "t" : "f",
                "\(claim.shareOfEach)", CallbackClaim.json(claim.shares),
            ]
        ).map { row throws(StoreError) in try ClaimedCallback(row, claim) }
    }

    /// Makes the claim's callbacks due again, for a claim whose reply was lost. Reads all due entries. A locked
    /// callback is due when its lease ends.
    package func releaseClaim(_ claimID: UUID) throws(StoreError) { _ = try run(.releaseClaim, [claimID.uuidString]) }

    /// Returns the time until a callback is due; zero for a due callback or a requested redelivery, nil without any.
    package func nextCallback(slots: [String: Int], shares: [String: Int]) throws(StoreError) -> Duration? {
        guard let row = try run(.nextCallback, [CallbackClaim.json(slots), CallbackClaim.json(shares)]).first else {
            return nil
        }
        if row.bool("asked"), try takeRedeliveries() > 0 { return .zero }
        return row.seconds("seconds").map { .seconds(max($0, 0)) }
    }

    /// Records deliveries' results and returns the jobs whose delivery still held its claim.
    ///
    /// A call waits for locked rows at first; after `locked`, and for kept deliveries, it skips locked rows.
    package func recordDeliveries(_ deliveries: [DeliveryCompletion]) throws(StoreError) -> Set<UUID> {
        guard !deliveries.isEmpty else { return [] }
        let items = "[" + deliveries.map(\.json).joined(separator: ",") + "]"
        let passesOver = deliveries.contains(where: \.isKept)
        let rows: PostgresRows
        do throws(StoreError) { rows = try run(.recordDeliveries, [items, passesOver ? "t" : "f"]) } catch {
            guard error.code == .locked, !passesOver else { throw error }
            rows = try run(.recordDeliveries, [items, "t"])
        }
        return Set(try rows.map { row throws(StoreError) in try row.id("job_id") })
    }

    /// Returns the jobs of unrecorded deliveries whose claim still holds, because another transaction has locked their
    /// rows.
    package func inHand(_ deliveries: [DeliveryCompletion]) throws(StoreError) -> Set<UUID> {
        guard !deliveries.isEmpty else { return [] }
        let rows = try run(.findInHand, [deliveries.map(\.jobID).array, deliveries.map(\.claimID).array])
        return Set(try rows.map { row throws(StoreError) in try row.id("job_id") })
    }

    /// Makes requested redeliveries due, at most `mostRedeliveries` a call, and returns their number.
    private func takeRedeliveries() throws(StoreError) -> Int {
        try run(.takeRedeliveries, ["\(Self.mostRedeliveries)"]).count
    }

    private static let mostRedeliveries = 100

    /// Makes callbacks due for jobs that legacy workers ended longer ago than `grace`; returns their number. Reads
    /// `ix_legacy_ends` and its jobs only.
    func adoptLegacyCallbacks(grace: Duration, limit: Int) throws(StoreError) -> Int {
        try run(.adoptLegacyCallbacks, [grace.seconds, "\(limit)"]).count
    }

    /// Lists the outbox. Delivered callbacks are read and sorted; due and failed callbacks come from an index.
    package func callbacks(_ filter: CallbackFilter, limit: Int) throws(StoreError) -> [CallbackRecord] {
        // No column holds NUL, and libpq would end the text there.
        guard ![filter.clientID, filter.endpoint].contains(where: { $0?.utf8.contains(0) == true }) else { return [] }
        let states = filter.states.map(\.rawValue).sorted().array
        let position = [filter.after?.state.rawValue, filter.after?.at, filter.after?.jobID.uuidString]
        return try run(.listCallbacks, [states, filter.clientID, filter.endpoint, "\(limit)"] + position)
            .map(CallbackRecord.init)
    }

    package func endpoints(limit: Int) throws(StoreError) -> [EndpointCounts] {
        try run(.countEndpoints, ["\(limit)"]).map { row in
            EndpointCounts(
                endpoint: row.string("endpoint"), due: row.int("due"), retrying: row.int("retrying"),
                failed: row.int("failed"), closedBy: EndpointCounts.daemons(row.text("closed_by")))
        }
    }

    package func recordClosedEndpoints(_ daemonID: UUID, _ endpoints: [String]) throws(StoreError) {
        _ = try run(.recordClosedEndpoints, [daemonID.uuidString, endpoints.array])
    }

    /// Returns the job's callback; nil for a job without a callback. Reads by the primary key.
    package func callback(of jobID: UUID) throws(StoreError) -> CallbackRecord? {
        try run(.getCallback, [jobID.uuidString]).first.map(CallbackRecord.init)
    }

    /// Returns the newest 1,000 tries of the job's callback, oldest first.
    package func deliveries(of jobID: UUID) throws(StoreError) -> [DeliveryRecord] {
        try run(.listDeliveries, [jobID.uuidString]).map(DeliveryRecord.init)
    }

    /// Requests redeliveries by `ix_redeliver`; a daemon's `claimCallbacks` makes the callbacks due. The result says for
    /// each job why no delivery was requested.
    package func redeliver(_ jobIDs: [UUID]) throws(StoreError) -> [Redelivery] {
        try run(.redeliver, [jobIDs.array]).map { row throws(StoreError) in
            Redelivery(
                jobID: try row.id("job_id"), result: Redelivery.Result(rawValue: row.string("result")) ?? .notFound)
        }
    }
}

extension ClaimedCallback {
    fileprivate init(_ row: PostgresRows.Row, _ claim: CallbackClaim) throws(StoreError) {
        try self.init(
            jobID: row.id("job_id"), claimID: claim.claimID, clientID: row.string("client_id"),
            url: row.string("url"), endpoint: row.string("endpoint"), status: row.status("status"),
            endedAt: row.time("ended_at") ?? "", body: row.text("body") ?? "null", isWrapped: row.bool("wrapped"),
            retryIndex: row.int("step"), tries: row.int("tries"), age: .seconds(row.seconds("age") ?? 0),
            traceContext: row.text("trace_context"), lastClaim: row.uuid("last_claim"))
    }
}

extension DeliveryCompletion {
    /// The delivery in record_deliveries' form.
    fileprivate var json: String {
        JSONPairs([
            ("job_id", JSONPairs.literal(jobID.uuidString)), ("claim_id", JSONPairs.literal(claimID.uuidString)),
            ("state", JSONPairs.literal(state)), ("pause", (pause ?? .zero).seconds), ("advance", "\(advances)"),
            ("is_try", "\(report != nil)"), ("http_status", report?.httpStatus.map { "\($0)" } ?? "null"),
            ("reason", JSONPairs.literal(report?.reason)), ("answer", JSONPairs.literal(report?.answer)),
            ("seconds", "\(report?.seconds ?? 0)"),
        ]).text
    }
}

extension CallbackRecord {
    fileprivate init(_ row: PostgresRows.Row) throws(StoreError) {
        try self.init(
            jobID: row.id("job_id"), clientID: row.string("client_id"), url: row.string("url"),
            endpoint: row.string("endpoint"), status: row.status("status"),
            state: State(rawValue: row.string("state")) ?? .due, tries: row.int("tries"),
            isSending: row.bool("sending"), dueIn: row.seconds("due_in"), dueAt: row.time("due_at"),
            endedAt: row.time("ended_at") ?? "",
            settledAt: row.time("settled_at"))
    }
}

extension DeliveryRecord {
    fileprivate init(_ row: PostgresRows.Row) throws(StoreError) {
        let report = DeliveryReport(
            seconds: row.seconds("seconds") ?? 0, httpStatus: row.text("http_status").flatMap(Int.init),
            reason: row.text("reason"), answer: row.text("answer"))
        try self.init(
            number: row.int("try"), claimID: row.id("claim_id"), daemonID: row.uuid("daemon_id"),
            endedAt: row.time("ended_at") ?? "", report: report)
    }
}

extension CallbackCounts {
    init(_ row: PostgresRows.Row) {
        self.init()
        due = row.int("due")
        retrying = row.int("retrying")
        failed = row.int("failed")
        oldest = row.seconds("oldest_due")
    }
}
