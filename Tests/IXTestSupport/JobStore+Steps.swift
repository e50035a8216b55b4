package import FoundationEssentials
package import IXCore
package import IXStore

/// The steps that tests of a store are made of.
extension JobStore {
    @discardableResult
    package func insert(_ insertion: Insertion) async throws -> Inserted {
        try await perform { try $0.insertPending(insertion) }
    }

    @discardableResult
    package func insert(_ key: String, maxAttempts: Int = 3, runAt: String? = nil) async throws -> Inserted {
        try await insert(
            .make(key, callbackURL: "https://caller.example/\(key)", runAt: runAt, maxAttempts: maxAttempts))
    }

    /// A worker that holds its lease.
    package func worker() async throws -> UUID {
        let worker = WorkerIdentity(instance: "test", host: "localhost", pid: 1, version: "0")
        try await perform { try $0.registerWorker(worker, lease: .seconds(600)) }
        return worker.workerID
    }

    package func claim(_ worker: UUID) async throws -> ClaimedJob? {
        try await perform { try $0.claimNextPending(Claim(workerID: worker)) }
    }

    /// The next job in a fresh worker's hands; there must be one.
    package func claimed() async throws -> (attempt: Attempt, worker: UUID) {
        let worker = try await worker()
        guard let job = try await claim(worker) else { throw TestFailure("nothing was there to claim") }
        return (job.attempt, worker)
    }

    package func end(_ attempt: Attempt, _ ending: Finish.Ending, note: AttemptNote? = nil) async throws -> FinishResult
    {
        try await perform { try $0.finish(Finish(attempt, ending, note: note)) }
    }

    package func job(_ jobID: UUID) async throws -> Job {
        guard let job = try await perform({ try $0.get(jobID) }) else { throw TestFailure("the job is gone") }
        return job
    }

    package func sweep(limit: Int = 100) async throws -> [HandedBack] {
        try await perform { try $0.sweepOrphans(limit: limit, unleasedAfter: .seconds(3600)) }
    }

    /// Takes what the outbox holds due into a hand of its own.
    package func dueCallbacks(
        lease: Duration = .seconds(600), limit: Int = 100, placesOfEach: Int = 100, places: [String: Int] = [:],
        shareOfEach: Int = 100, shares: [String: Int] = [:], wraps: Bool = false, worker: UUID = UUID()
    ) async throws -> [ClaimedCallback] {
        let claim = CallbackClaim(
            workerID: worker, lease: lease, limit: limit, placesOfEach: placesOfEach, places: places,
            shareOfEach: shareOfEach, shares: shares, wraps: wraps)
        return try await perform { try $0.claimCallbacks(claim) }
    }

    /// Writes what became of a delivery; whether it still held.
    package func settle(
        _ callback: ClaimedCallback, _ outcome: SettledDelivery.Outcome, status: Int? = 200, reason: String? = nil
    ) async throws -> Bool {
        let report = DeliveryReport(seconds: 0.25, httpStatus: status, reason: reason, answer: "so \"it\" is")
        let settled = SettledDelivery(callback, outcome, report: report)
        return try await perform { try $0.settleCallbacks([settled]) } == [callback.jobID]
    }

    /// What a crash of its daemon comes to, once noticed.
    package func die(_ worker: UUID) async throws {
        try await perform { try $0.endLease(worker) }
    }
}

extension Insertion {
    package static func make(
        _ key: String, _ fields: String = "{}", useCase: String = "extract", clientID: String = "client",
        callbackURL: String? = nil, runAt: String? = nil, maxAttempts: Int = 3, expiresAt: String? = nil
    ) throws -> Insertion {
        let request = try RequestIX(
            useCase: useCase, clientID: clientID, requestID: key, fields: JSONDocument(request: fields))
        var insertion = try Insertion(request, callbackURL: callbackURL, maxAttempts: maxAttempts)
        // Past the look that the initializer takes at them: the stores look, too.
        (insertion.runAt, insertion.expiresAt) = (runAt, expiresAt)
        return insertion
    }
}

extension Finish.Ending {
    package static func success(_ text: String = #"{"error":null,"answer":42}"#) throws -> Self {
        .done(try ResponseIX(JSONDocument(response: text)))
    }

    package static var failure: Self { .error(ResponseIX(error: JobError("broken", "it broke"))) }

    package static func back(blameless: Bool = false, pause: Duration? = .zero) -> Self {
        back(blameless ? .shutdown : .retry, pause: pause)
    }

    package static func back(_ outcome: AttemptOutcome, pause: Duration? = .zero) -> Self {
        .handBack(HandBack(outcome, pause: pause, exhausted: JobError("attempts_exhausted", "no more")))
    }
}

/// A failure of the test's own making.
package struct Rollback: Error {
    package init() {}
}
