import FoundationEssentials
import IXCore
import IXStore

/// The operations of the store in memory that an engine needs. Concurrency: under the store's lock alone.
final class MemoryOperations {
    var content = MemoryContent()
    /// True when a job handed back waits until its pause is ended, whatever its pause.
    var holdsHandedBack = false
    var fault: MemoryFault = { _, _ in nil }

    /// Returns the error of an operation that this store doesn't have.
    static func missing(_ operation: String) -> StoreError {
        StoreError(.internal, operation: operation, message: "the store in memory has no \(operation)")
    }

    /// Counts the operation and lets it fail when a test asked for a failure.
    private func step<Result>(
        _ operation: String, _ jobID: UUID? = nil, _ body: () throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        content.calls[operation, default: 0] += 1
        let failure = fault(operation, jobID)
        if case .refused(let error) = failure { throw error }
        let result = try body()
        if case .replyLost(let error) = failure { throw error }
        return result
    }

    /// Takes every change of `body` back when `body` throws.
    func atomically<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        let before = content.rows
        do { return try body() } catch {
            content.rows = before
            throw error
        }
    }

    private func isLive(_ daemonID: UUID) -> Bool { content.leases[daemonID] != nil }

    private func due(_ filter: UseCaseFilter?) -> MemoryRow? {
        content.rows.values.filter { row in
            guard row.status == .pending, row.due <= .now else { return false }
            let isNamed = filter?.names.contains(row.names.useCase ?? "") ?? false
            return filter == nil || isNamed == filter?.isOnly
        }.min { $0.number < $1.number }
    }

    private func change(
        _ isMoved: (MemoryRow) -> Bool, _ move: (inout MemoryRow) -> Void
    ) -> [HandedBack] {
        content.rows.values.filter(isMoved).sorted { $0.number < $1.number }.map { row in
            var row = row
            move(&row)
            content.rows[row.jobID] = row
            return row.handedBack
        }
    }
}

extension MemoryOperations: JobOperations {
    func insertPending(_ insertion: NewJob) throws(StoreError) -> InsertResult {
        guard insertion.runAt == nil, insertion.expiresAt == nil else { throw Self.missing("run_at") }
        return try step("insert_pending") { () throws(StoreError) in
            let row = MemoryRow(insertion, number: content.rows.count)
            content.rows[row.jobID] = row
            return InsertResult(
                jobID: row.jobID, ixID: row.names.ixID, status: .pending, isDuplicate: false, differs: false)
        }
    }

    func cancel(_ jobIDs: [UUID]) throws(StoreError) -> [Cancellation] {
        try step("cancel") { () throws(StoreError) in
            jobIDs.map { Cancellation(jobID: $0, result: cancel(row: $0)) }
        }
    }

    private func cancel(row jobID: UUID) -> Cancellation.Result {
        guard var row = content.rows[jobID] else { return .notFound }
        guard !row.status.isTerminal else { return .ended(row.status) }
        let isRunning = row.status == .running
        if isRunning { row.isCancelled = true } else { row.end(ResponseIX(error: .cancelledWaiting), nil) }
        content.rows[jobID] = row
        return isRunning ? .cancelling : .cancelled
    }

    private func claimed(_ claim: Claim) throws(StoreError) -> ClaimedJob? {
        try step("claim_next_pending") { () throws(StoreError) in
            guard isLive(claim.daemonID), var row = due(claim.useCases) else { return nil }
            (row.status, row.claim, row.startedAt) = (.running, claim, .now)
            content.rows[row.jobID] = row
            return ClaimedJob(
                attempt: Attempt(jobID: row.jobID, attempts: row.attempts, claimID: claim.claimID),
                maxAttempts: row.maxAttempts, names: row.names, request: row.request, isExpired: false,
                isCancelled: row.isCancelled, hasFollowers: row.callbackURL != nil)
        }
    }

    private func completed(_ completion: Completion) throws(StoreError) -> CompletionResult {
        let attempt = completion.attempt
        return try step("complete", attempt.jobID) { () throws(StoreError) in
            guard var row = content.rows[attempt.jobID] else { return .fenced }
            if row.finishedClaim == attempt.claimID {
                return .ended(row.status, isCallbackDue: row.callbackURL != nil)
            }
            guard row.isHeld(by: attempt) else { return .fenced }
            switch completion.kind {
            case .handBack(let back):
                row.handBack(back, completion.note)
                if holdsHandedBack { row.due = .now + .seconds(1_000_000_000) }
            case .done where row.isCancelled, .error where row.isCancelled:
                row.end(ResponseIX(error: .cancelledRunning), completion.note)
            case .done(let response): row.end(response, completion.note)
            case .error(let response): row.end(response, completion.note, as: .error)
            }
            content.rows[row.jobID] = row
            guard row.status.isTerminal else { return .handedBack }
            return .ended(row.status, isCallbackDue: row.callbackURL != nil)
        }
    }

    func perform(_ requests: [WorkerRequest]) throws(StoreError) -> [WorkerRequest.Result] {
        content.largestBatch = max(content.largestBatch, requests.count)
        // The result of a lone end or claim can be lost after the commit, so neither is rolled back with its error.
        if requests.count == 1, let request = requests.first, request.completion == nil || request.claim == nil {
            return [
                WorkerRequest.Result(
                    completion: try request.completion.map(completed), job: try request.claim.flatMap(claimed))
            ]
        }
        guard requests.count > 1 else { return try answers(requests) }
        return try step("perform") { () throws(StoreError) in try answers(requests) }
    }

    private func answers(_ requests: [WorkerRequest]) throws(StoreError) -> [WorkerRequest.Result] {
        try atomically { () throws(StoreError) in
            var results: [CompletionResult?] = []
            for request in requests { results.append(try request.completion.map(completed)) }
            var answers: [WorkerRequest.Result] = []
            for (request, result) in zip(requests, results) {
                let job = try request.claim.flatMap(claimed)
                answers.append(WorkerRequest.Result(completion: result, job: job))
            }
            return answers
        }
    }

    func recordProgress(_ notes: [ProgressNote]) throws(StoreError) {
        try step("record_progress") { () throws(StoreError) in
            for note in notes {
                guard content.rows[note.attempt.jobID]?.isHeld(by: note.attempt) ?? false else { continue }
                content.rows[note.attempt.jobID]?.progress = note.progress
            }
        }
    }

    /// Hands back the jobs of daemons that are gone, and of daemons whose lease has run out unless `leases` is `ended`.
    /// The store in memory has no suspects: no start is charged.
    func sweepOrphans(limit: Int, leases: SweptLeases) throws(StoreError) -> [HandedBack] {
        try step("sweep_orphans") { () throws(StoreError) in
            let now = ContinuousClock.now
            if leases != .ended { content.leases = content.leases.filter { $0.value > now } }
            let exhausted = JobError("attempts_exhausted", "interrupted")
            return change({ row in row.claim.map { !isLive($0.daemonID) } ?? false }) {
                $0.handBack(HandBack(.suspect, pause: nil, exhausted: exhausted), nil)
            }
        }
    }

    func handBackLostClaims(_ daemonID: UUID, running: [UUID], older: Duration) throws(StoreError) -> [HandedBack] {
        try step("hand_back_lost_claims") { () throws(StoreError) in
            let exhausted = JobError("attempts_exhausted", "the reply to a claim was lost")
            let latest = ContinuousClock.now - older
            return change({ row in
                guard let claim = row.claim, let startedAt = row.startedAt else { return false }
                return claim.daemonID == daemonID && startedAt <= latest && !running.contains(claim.claimID)
            }) { $0.handBack(HandBack(.lostClaim, pause: nil, exhausted: exhausted), nil) }
        }
    }

    func foreignWork(_ daemonID: UUID, serving useCases: [String]?) throws(StoreError) -> ForeignWork {
        try step("foreign_work") { () throws(StoreError) in
            let waiting = Set(content.rows.values.filter { $0.status == .pending }.compactMap(\.names.useCase))
            let unserved = useCases.map { served in waiting.filter { !served.contains($0) } } ?? []
            return ForeignWork(unserved: unserved.sorted(), daemons: content.leases.count)
        }
    }

    func endUnserved(_ useCases: [String], dueFor age: Duration, limit: Int) throws(StoreError) -> [HandedBack] {
        try step("end_unserved") { () throws(StoreError) in
            let latest = ContinuousClock.now - age
            return change({ row in
                row.status == .pending && row.due <= latest && useCases.contains(row.names.useCase ?? "")
            }) { $0.end(ResponseIX(error: .unknownUseCase($0.names.useCase ?? "")), nil) }
        }
    }

    func registerDaemon(_ daemon: DaemonIdentity, lease: Duration) throws(StoreError) {
        try step("register_daemon") { () throws(StoreError) in content.leases[daemon.daemonID] = .now + lease }
    }

    func renewLease(_ daemonID: UUID, lease: Duration, workers: Int) throws(StoreError) -> LeaseRenewal? {
        try step("renew_lease") { () throws(StoreError) in
            guard isLive(daemonID) else { return nil }
            content.leases[daemonID] = .now + lease
            content.workers[daemonID] = workers
            return LeaseRenewal(
                clock: Date().timeIntervalSince1970, wantedWorkers: content.wantedWorkers[daemonID])
        }
    }

    func heldClaims(_ daemonID: UUID) throws(StoreError) -> [HeldClaim] {
        try step("held_claims") { () throws(StoreError) in
            content.rows.values.compactMap { row in
                guard let claim = row.claim, claim.daemonID == daemonID else { return nil }
                return HeldClaim(claimID: claim.claimID, isCancelled: row.isCancelled)
            }
        }
    }

    func endLease(_ daemonID: UUID) throws(StoreError) {
        try step("end_lease") { () throws(StoreError) in content.leases[daemonID] = nil }
    }
}
