import FoundationEssentials
import IXCore
package import IXStore

extension PostgresOperations {
    /// Ends the attempts and claims jobs in one round trip and one transaction. Result n belongs to request n.
    ///
    /// A look for lines comes before the claims once in 100 ms, so that no claim takes a plain job of a queue that an operator
    /// has paused or limited before. The ends go ahead of the look, because no end waits for anything else.
    ///
    /// Guarantees: each end and each claim has a fence of its own. Failure: throws the first error; requests may have taken
    /// effect, as after a lost reply. A request alone is served by the statements for one job.
    package func perform(_ requests: [WorkerRequest]) throws(StoreError) -> [WorkerRequest.Result] {
        let isIdle = !requests.contains { $0.completion != nil }
        guard view.admits, requests.contains(where: { $0.claim != nil }), view.lines.takeLook(isIdle: isIdle) else {
            return tellingNews(try performNow(requests))
        }
        let ended = isIdle ? nil : try performNow(requests.map { WorkerRequest(completion: $0.completion) })
        _ = try look()
        let claimed = try performNow(requests.map { WorkerRequest(claim: $0.claim) })
        guard let ended else { return tellingNews(claimed) }
        return tellingNews(zip(ended, claimed).map { WorkerRequest.Result(completion: $0.completion, job: $1.job) })
    }

    /// Returns the results, the first with the number of jobs that got a turn meanwhile.
    private func tellingNews(_ results: [WorkerRequest.Result]) -> [WorkerRequest.Result] {
        guard !results.isEmpty else { return results }
        let news = view.lines.takeNews()
        guard news > 0 else { return results }
        var results = results
        results[0].more = news
        return results
    }

    private func performNow(_ requests: [WorkerRequest]) throws(StoreError) -> [WorkerRequest.Result] {
        let entering = view.lines.entering
        let requests = entering.isEmpty ? requests : requests.map { $0.leavingOut(entering) }
        guard requests.count > 1 else { return try requests.map(performAlone) }
        let scan = mark.scan(whole: !requests.contains { $0.completion != nil })
        // While both sources have jobs, half of the claims ask for a job with a turn.
        let forLines = Set(requests.compactMap(\.claim?.claimID).filter { _ in view.lines.asksReadyFirst() })
        let batch = RequestBatch(
            requests.map { $0.claiming(unless: forLines) }, scan, leaving(requests.compactMap(\.completion)),
            place: declarations.place)
        let rows = try pipelineForgetting(batch.calls)
        let ends = batch.ends(in: rows)
        let claimed = try batch.claimed(in: rows)
        declare(claimed)
        if batch.isByMark { mark.found(claimed.last?.position, by: scan) }
        var jobs = Dictionary(claimed.map { ($0.claimID, $0.job) }, uniquingKeysWith: { first, _ in first })
        // The transaction has committed. From here on a failure is one request's own: sent again with the rest, the claims
        // would take further jobs under ids that hold jobs already.
        let concluded = requests.map { request in
            request.completion.map { conclude($0, ends[$0.attempt.claimID], mayMiss: batch.endsByPlace) }
        }
        let unfilled = requests.compactMap(\.claim).filter { jobs[$0.claimID] == nil }
        // ignored: a claim without a job asks again, and an outage fails that call
        if let more = try? claimMore(unfilled, forLines) { jobs.merge(more) { first, _ in first } }
        return zip(requests, concluded).map { request, end in
            WorkerRequest.Result(end, job: request.claim.flatMap { jobs[$0.claimID] })
        }
    }

    /// Returns the result of an end whose transaction has committed. An end by place that changed no row is repeated by the
    /// job's id.
    func conclude(
        _ completion: Completion, _ row: PostgresRows.Row?, mayMiss: Bool
    ) -> Result<CompletionResult, StoreError> {
        do throws(StoreError) {
            return .success(row == nil && mayMiss ? try completeNow(completion) : try result(completion, row))
        } catch {
            return .failure(error)
        }
    }

    /// Claims for requests without a job from the batch: first jobs with a turn, then plain jobs for claims which have
    /// not asked for a plain job.
    private func claimMore(_ claims: [Claim], _ forLines: Set<UUID>) throws(StoreError) -> [UUID: ClaimedJob] {
        var jobs: [UUID: ClaimedJob] = [:]
        guard !claims.isEmpty else { return jobs }
        if claims.contains(where: { !forLines.contains($0.claimID) }) { view.lines.missedPlain() }
        let isWorthAsking = try isWorthAsking()
        guard isWorthAsking || !forLines.isEmpty else { return jobs }
        var (isReady, isPlain) = (true, true)
        for claim in claims {
            if isReady, let job = try claimFromLines(claim) {
                jobs[claim.claimID] = job
            } else if forLines.contains(claim.claimID), isPlain {
                isReady = false
                jobs[claim.claimID] = try claimPlain(claim)
                isPlain = jobs[claim.claimID] != nil
            } else {
                isReady = false
            }
        }
        return jobs
    }

    /// Notes the claims, and the declarations that they share.
    private func declare(_ claimed: [RequestBatch.Claimed]) {
        for (place, claims) in Dictionary(grouping: claimed, by: \.declaration) {
            // The declaration begins with the oldest job.
            let oldest = claims.min { ($0.position ?? .start) < ($1.position ?? .start) }
            guard let place, let oldest else { continue }
            let row = Declarations.Row(daemonID: oldest.daemonID, place: place, first: oldest.job.attempt.jobID)
            declarations.declare(row, jobs: claims.count)
            for claim in claims { declarations.hold(claim.claimID, claim.place, by: row) }
        }
    }

    private func performAlone(_ request: WorkerRequest) throws(StoreError) -> WorkerRequest.Result {
        switch (request.completion, request.claim) {
        case (let completion?, let claim?):
            return try endAndClaim(completion, claim)
        case (let completion?, nil): return WorkerRequest.Result(completion: try end(completion), job: nil)
        case (nil, let claim?): return WorkerRequest.Result(completion: nil, job: try claimAlone(claim))
        case (nil, nil): return WorkerRequest.Result(completion: nil, job: nil)
        }
    }
}

extension WorkerRequest.Result {
    /// The reply to a message whose end and claim share a transaction, which has committed.
    init(_ end: Result<CompletionResult, StoreError>?, job: ClaimedJob?) {
        switch end {
        case .success(let result): self.init(completion: result, job: job)
        case .failure(let error):
            self.init(completion: nil, job: job)
            failure = error
        case nil: self.init(completion: nil, job: job)
        }
    }
}

/// The statements of many requests in one transaction: first all ends, then all claims, which never wait.
struct RequestBatch {
    struct Claimed {
        let claimID: UUID
        let job: ClaimedJob
        /// The position in the order of claims; nil for a claim among use cases, which has no position.
        let position: ClaimMark.Position?
        let daemonID: UUID
        /// The places of the job and of its declaration.
        let place: Place?
        let declaration: Place?
    }

    private(set) var calls: [PostgresLink.Call] = []
    private let scan: ClaimMark.Scan
    /// Indexes of the calls that end attempts, each with its claim; nil for a statement that ends many attempts.
    private var ends: [(index: Int, claimID: UUID?)] = []
    /// Indexes of the calls that claim, each with its claim; nil for a statement with many claims.
    private var claims: [(index: Int, claimID: UUID?, daemonID: UUID, hasPosition: Bool)] = []
    /// True when a claim without use cases is among the claims, so that the mark is updated.
    private(set) var isByMark = false
    /// True when ends look for their jobs where the claims left them, and may miss a job that has moved.
    private(set) var endsByPlace = false

    /// - Parameter place: the place where a claim left its job.
    init(
        _ requests: [WorkerRequest], _ scan: ClaimMark.Scan, _ leaving: [PostgresLink.Call],
        place: (UUID) -> Place?
    ) {
        self.scan = scan
        let completions = requests.compactMap(\.completion)
        let alike = completions.filter { $0.response != nil }
        if alike.count > 1 { addTogether(alike, place) }
        for completion in completions where alike.count < 2 || completion.response == nil {
            ends.append((calls.count + completion.endIndex, completion.attempt.claimID))
            calls += completion.calls
        }
        calls += leaving
        add(requests.compactMap(\.claim))
    }

    private mutating func addTogether(_ completions: [Completion], _ place: (UUID) -> Place?) {
        endsByPlace = true
        for completion in completions { calls += completion.notes }
        var parameters = Parameters()
        parameters.append(completions.map(\.attempt.jobID))
        parameters.append(completions.map(\.attempt.attempts))
        parameters.append(completions.map(\.attempt.claimID))
        parameters.append(documents: completions.map { $0.response?.document.text ?? "null" })
        parameters.append(completions.map(\.isError))
        parameters.append(completions.map(\.hasFollowers))
        parameters.append(completions.map { place($0.attempt.claimID) ?? .nowhere })
        ends.append((calls.count, nil))
        calls.append(PostgresLink.Call(.markDoneBatch, parameters))
        for completion in completions { calls += completion.effectCalls }
    }

    private mutating func add(_ requested: [Claim]) {
        let any = requested.filter { $0.useCases == nil }
        isByMark = !any.isEmpty
        // A daemon that has just registered again has claims under two identities for a moment, so only claims of the
        // first identity are combined.
        let alike = any.filter { $0.daemonID == any[0].daemonID }
        if alike.count > 1 {
            var parameters = Parameters()
            parameters.append(alike.map(\.claimID))
            parameters.append(alike[0].daemonID)
            parameters.append(true)
            parameters.append(scan)
            claims.append((calls.count, nil, alike[0].daemonID, true))
            calls.append(PostgresLink.Call(.claimBatch, parameters))
        }
        for claim in requested where alike.count < 2 || claim.useCases != nil || claim.daemonID != alike[0].daemonID {
            claims.append((calls.count, claim.claimID, claim.daemonID, claim.useCases == nil))
            calls.append(claim.call(scan))
        }
    }

    /// Returns the server's rows for the ends that changed a job, by claim.
    func ends(in rows: [PostgresRows]) -> [UUID: PostgresRows.Row] {
        var found: [UUID: PostgresRows.Row] = [:]
        for (index, claimID) in ends {
            for row in rows[index].all { (claimID ?? row.uuid("claim_id")).map { found[$0] = row } }
        }
        return found
    }

    /// Returns the claimed jobs, in the order in which the server picked the jobs.
    func claimed(in rows: [PostgresRows]) throws(StoreError) -> [Claimed] {
        var found: [Claimed] = []
        for (index, claimID, daemonID, hasPosition) in claims {
            for row in rows[index].all {
                let claimID = if let claimID { claimID } else { try row.claimID() }
                found.append(
                    Claimed(
                        claimID: claimID, job: try ClaimedJob(row, claimID),
                        position: hasPosition ? try row.position() : nil, daemonID: daemonID, place: row.place,
                        declaration: row.declaration))
            }
        }
        return found
    }
}

extension WorkerRequest {
    /// The request, whose claim leaves out plain jobs of the use cases.
    fileprivate func leavingOut(_ useCases: [String]) -> WorkerRequest {
        guard let claim else { return self }
        return WorkerRequest(completion: completion, claim: claim.leavingOut(useCases))
    }

    /// The request, without its claim if that is among `claimIDs`.
    fileprivate func claiming(unless claimIDs: Set<UUID>) -> WorkerRequest {
        guard let claim, claimIDs.contains(claim.claimID) else { return self }
        return WorkerRequest(completion: completion)
    }
}
