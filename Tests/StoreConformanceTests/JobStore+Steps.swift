import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

/// The steps that the rules are made of.
extension JobStore {
    @discardableResult
    func insert(_ insertion: Insertion) async throws -> Inserted {
        try await perform { try $0.insertPending(insertion) }
    }

    @discardableResult
    func insert(_ key: String, maxAttempts: Int = 3, runAt: String? = nil) async throws -> Inserted {
        try await insert(.make(key, callbackURL: "https://caller.example/\(key)", runAt: runAt, maxAttempts: maxAttempts))
    }

    /// A worker that holds its lease.
    func worker() async throws -> UUID {
        let worker = WorkerIdentity(instance: "test", host: "localhost", pid: 1, version: "0")
        try await perform { try $0.registerWorker(worker, lease: .seconds(600)) }
        return worker.workerID
    }

    func claim(_ worker: UUID) async throws -> ClaimedJob? {
        try await perform { try $0.claimNextPending(Claim(workerID: worker)) }
    }

    /// The next job in a fresh worker's hands; there must be one.
    func claimed() async throws -> (attempt: Attempt, worker: UUID) {
        let worker = try await worker()
        let job = try #require(try await claim(worker))
        return (job.attempt, worker)
    }

    func end(_ attempt: Attempt, _ ending: Finish.Ending, note: AttemptNote? = nil) async throws -> FinishResult {
        try await perform { try $0.finish(Finish(attempt, ending, note: note)) }
    }

    func job(_ jobID: UUID) async throws -> Job {
        try #require(try await perform { try $0.get(jobID) })
    }

    func sweep(limit: Int = 100) async throws -> [HandedBack] {
        try await perform { try $0.sweepOrphans(limit: limit, unleasedAfter: .seconds(3600)) }
    }

    /// What a crash of its daemon comes to, once noticed.
    func die(_ worker: UUID) async throws {
        try await perform { try $0.endLease(worker) }
    }
}

extension Insertion {
    static func make(
        _ key: String, _ fields: String = "{}", callbackURL: String? = nil, runAt: String? = nil,
        maxAttempts: Int = 3, expiresAt: String? = nil
    ) throws -> Insertion {
        let request = try RequestIX(
            useCase: "extract", clientID: "client", requestID: key, fields: JSONDocument(request: fields))
        return try Insertion(
            request, callbackURL: callbackURL, runAt: runAt, maxAttempts: maxAttempts, expiresAt: expiresAt)
    }
}

extension Finish.Ending {
    static func success(_ text: String = #"{"error":null,"answer":42}"#) throws -> Self {
        .done(try ResponseIX(JSONDocument(response: text)))
    }

    static var failure: Self { .error(ResponseIX(error: JobError("broken", "it broke"))) }

    static func back(blameless: Bool = false, pause: Duration? = .zero) -> Self {
        .handBack(HandBack(isBlameless: blameless, pause: pause, exhausted: JobError("attempts_exhausted", "no more")))
    }
}

/// A failure of the test's own making.
struct Rollback: Error {}
