package import FoundationEssentials
package import IXCore
package import IXStore

/// Steps of store tests, each in its own call.
extension JobStore {
    /// Inserts a job and returns the result.
    @discardableResult
    package func insert(_ insertion: NewJob) async throws -> InsertResult {
        try await perform { try $0.insertPending(insertion) }
    }

    /// Inserts a job of the client `client` with a callback URL; `key` is the request id.
    @discardableResult
    package func insert(_ key: String, maxAttempts: Int = 3, runAt: String? = nil) async throws -> InsertResult {
        try await insert(
            .make(key, callbackURL: "https://caller.example/\(key)", runAt: runAt, maxAttempts: maxAttempts))
    }

    /// Registers a worker with a lease of 600 s and returns its id.
    package func daemon() async throws -> UUID {
        let daemon = DaemonIdentity(instance: "test", host: "localhost", pid: 1, version: "0")
        try await perform { try $0.registerDaemon(daemon, lease: .seconds(600)) }
        return daemon.daemonID
    }

    /// Claims the next due job for `daemon`; nil when no job is due.
    package func claim(_ daemon: UUID) async throws -> ClaimedJob? {
        try await perform { try $0.claimNextPending(Claim(daemonID: daemon)) }
    }

    /// Claims the next due job for a new worker; throws when no job is due.
    package func claimed() async throws -> (attempt: Attempt, daemon: UUID) {
        let daemon = try await daemon()
        guard let job = try await claim(daemon) else { throw TestFailure("nothing was there to claim") }
        return (job.attempt, daemon)
    }

    /// Ends the attempt and returns the store's answer.
    package func end(_ attempt: Attempt, _ ending: Completion.Kind, note: AttemptNote? = nil) async throws
        -> CompletionResult
    {
        try await perform { try $0.complete(Completion(attempt, ending, note: note)) }
    }

    /// Returns the job; throws when the job does not exist.
    package func job(_ jobID: UUID) async throws -> Job {
        guard let job = try await perform({ try $0.get(jobID) }) else { throw TestFailure("the job is gone") }
        return job
    }

    /// Sweeps orphans; a row without a lease counts as an orphan after an hour.
    package func sweep(limit: Int = 100) async throws -> [HandedBack] {
        try await perform { try $0.sweepOrphans(limit: limit) }
    }

    /// Claims due callbacks for a worker of the test.
    package func dueCallbacks(
        lease: Duration = .seconds(600), limit: Int = 100, slotsPerEndpoint: Int = 100, slots: [String: Int] = [:],
        shareOfEach: Int = 100, shares: [String: Int] = [:], wraps: Bool = false, daemon: UUID = UUID()
    ) async throws -> [ClaimedCallback] {
        let claim = CallbackClaim(
            daemonID: daemon, lease: lease, limit: limit, slotsPerEndpoint: slotsPerEndpoint, slots: slots,
            shareOfEach: shareOfEach, shares: shares, wraps: wraps)
        return try await perform { try $0.claimCallbacks(claim) }
    }

    /// Records the outcome of a delivery. Returns true when the callback's claim was still valid.
    package func recordDelivery(
        _ callback: ClaimedCallback, _ outcome: DeliveryCompletion.Outcome, status: Int? = 200, reason: String? = nil
    ) async throws -> Bool {
        let report = DeliveryReport(seconds: 0.25, httpStatus: status, reason: reason, answer: "so \"it\" is")
        let completion = DeliveryCompletion(callback, outcome, report: report)
        return try await perform { try $0.recordDeliveries([completion]) } == [callback.jobID]
    }

    /// Ends the daemon's lease, as the store does after it noticed the crash of the daemon.
    package func die(_ daemon: UUID) async throws {
        try await perform { try $0.endLease(daemon) }
    }
}

extension NewJob {
    /// Creates a job to insert; `fields` is the JSON of the request's other fields.
    package static func make(
        _ key: String, _ fields: String = "{}", useCase: String = "extract", clientID: String = "client",
        callbackURL: String? = nil, runAt: String? = nil, maxAttempts: Int = 3, expiresAt: String? = nil,
        priority: Int = 0, queue: String? = nil, group: String? = nil
    ) throws -> NewJob {
        let request = try RequestIX(
            useCase: useCase, clientID: clientID, requestID: key, fields: JSONDocument(request: fields))
        var insertion = try NewJob(
            request, callbackURL: callbackURL, priority: priority, maxAttempts: maxAttempts, queue: queue,
            groupKey: group)
        // Past the look that the initializer takes at them: the stores look, too.
        (insertion.runAt, insertion.expiresAt) = (runAt, expiresAt)
        return insertion
    }
}

extension Completion.Kind {
    /// A result with the response `text`.
    package static func success(_ text: String = #"{"error":null,"answer":42}"#) throws -> Self {
        .done(try ResponseIX(JSONDocument(response: text)))
    }

    /// An end in error with the code `broken`.
    package static var failure: Self { .error(ResponseIX(error: JobError("broken", "it broke"))) }

    /// A hand-back. Without `usesUpStart` the attempt does not use up a start.
    package static func back(usesUpStart: Bool = true, pause: Duration? = .zero) -> Self {
        back(usesUpStart ? .retry : .shutdown, pause: pause)
    }

    /// A hand-back with `outcome`; a job without starts left ends as `attempts_exhausted`.
    package static func back(_ outcome: AttemptOutcome, pause: Duration? = .zero) -> Self {
        .handBack(HandBack(outcome, pause: pause, exhausted: JobError("attempts_exhausted", "no more")))
    }
}

/// An error thrown by a test to roll a transaction back.
package struct Rollback: Error {
    /// Creates the error.
    package init() {}
}

extension JobUpkeep {
    /// Renews the lease as a daemon with one worker does; returns the store's clock.
    package func renewLease(_ daemonID: UUID, lease: Duration) throws(StoreError) -> Double? {
        try renewLease(daemonID, lease: lease, workers: 1)?.clock
    }
}
