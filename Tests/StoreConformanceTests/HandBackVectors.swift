import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    /// The transition of a hand-back is written twice, in `ix_hand_back` and in `HeldRow`. Both run this table.
    @Test(arguments: StoreUnderTest.allCases)
    func `a hand-back leads to the same row on every store`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            for vector in HandBackVector.table {
                let job = try await vector.run(on: store)
                #expect(job.status == vector.status, "\(vector)")
                #expect(job.attempts == vector.failedStarts + 1, "\(vector)")
                #expect(job.maxAttempts == vector.newMaxAttempts, "\(vector)")
                let code = try job.response.flatMap { try ResponseIX(JSONDocument(response: $0)).errorCode }
                #expect(code == vector.code, "\(vector)")
            }
        }
    }
}

/// A running job, the hand-back that the worker asks for, and the row that must come of the two.
private struct HandBackVector {
    let maxAttempts: Int
    let failedStarts: Int
    var isCancelled = false
    let outcome: AttemptOutcome
    let pause: Duration?
    let status: JobStatus
    let newMaxAttempts: Int
    var code: String?
    /// The seconds until the job is due again; nil for a job that is due at once or has ended.
    var wait: ClosedRange<Double>?

    static let table = [
        // A first failed start goes back at once, the second after 1 to 2 s, the third after 2 to 4 s.
        HandBackVector(
            maxAttempts: 5, failedStarts: 0, outcome: .retry, pause: nil, status: .pending, newMaxAttempts: 5),
        HandBackVector(
            maxAttempts: 5, failedStarts: 1, outcome: .retry, pause: nil, status: .pending, newMaxAttempts: 5,
            wait: 1...2),
        HandBackVector(
            maxAttempts: 5, failedStarts: 2, outcome: .timeout, pause: nil, status: .pending, newMaxAttempts: 5,
            wait: 2...4),
        HandBackVector(
            maxAttempts: 0, failedStarts: 3, outcome: .lost, pause: nil, status: .pending, newMaxAttempts: 0,
            wait: 4...8),
        // A pause that the pipeline named holds, and a pause of 0 means at once.
        HandBackVector(
            maxAttempts: 5, failedStarts: 2, outcome: .retry, pause: .seconds(90), status: .pending, newMaxAttempts: 5,
            wait: 90...90),
        HandBackVector(
            maxAttempts: 5, failedStarts: 2, outcome: .retry, pause: .zero, status: .pending, newMaxAttempts: 5),
        // A start without charge raises max_attempts, never from 0, and goes back at once.
        HandBackVector(
            maxAttempts: 1, failedStarts: 0, outcome: .shutdown, pause: nil, status: .pending, newMaxAttempts: 2),
        HandBackVector(
            maxAttempts: 3, failedStarts: 2, outcome: .leaseLost, pause: nil, status: .pending, newMaxAttempts: 4),
        HandBackVector(
            maxAttempts: 0, failedStarts: 1, outcome: .unstarted, pause: nil, status: .pending, newMaxAttempts: 0),
        HandBackVector(
            maxAttempts: 3, failedStarts: 0, outcome: .unstarted, pause: .seconds(30), status: .pending,
            newMaxAttempts: 4, wait: 30...30),
        // The last start ends the job; a cancelled job ends with every hand-back.
        HandBackVector(
            maxAttempts: 1, failedStarts: 0, outcome: .retry, pause: .seconds(90), status: .error, newMaxAttempts: 1,
            code: "attempts_exhausted"),
        HandBackVector(
            maxAttempts: 3, failedStarts: 2, outcome: .timeout, pause: nil, status: .error, newMaxAttempts: 3,
            code: "attempts_exhausted"),
        HandBackVector(
            maxAttempts: 3, failedStarts: 0, isCancelled: true, outcome: .retry, pause: .zero, status: .error,
            newMaxAttempts: 3, code: "cancelled"),
        HandBackVector(
            maxAttempts: 1, failedStarts: 0, isCancelled: true, outcome: .shutdown, pause: nil, status: .error,
            newMaxAttempts: 2, code: "cancelled"),
    ]

    /// Brings a job to the vector's state, hands it back, and returns the row; expects the row's due time.
    func run(on store: any JobStore) async throws -> Job {
        let key = UUID().uuidString
        let inserted = try await store.insert(key, maxAttempts: maxAttempts)
        for _ in 0..<failedStarts { _ = try await store.end(store.claimed().attempt, .back(pause: .zero)) }
        let (attempt, _) = try await store.claimed()
        #expect(attempt.jobID == inserted.jobID)
        if isCancelled { _ = try await store.perform { try $0.cancel([attempt.jobID]) } }
        let before = Timestamp.now
        _ = try await store.end(attempt, .back(outcome, pause: pause))
        let after = Timestamp.now
        let job = try await store.job(attempt.jobID)
        if let wait {
            let due = try #require(job.runAt.flatMap(Timestamp.init), "\(self)")
            // The server keeps microseconds, this process's clock may be read a little earlier.
            #expect(Double(due.microseconds - before.microseconds) / 1e6 >= wait.lowerBound - 0.01, "\(self)")
            #expect(Double(due.microseconds - after.microseconds) / 1e6 <= wait.upperBound + 0.01, "\(self)")
        } else if status == .pending {
            _ = try await store.end(store.claimed().attempt, .success())
        }
        if wait != nil { _ = try await store.perform { try $0.cancel([attempt.jobID]) } }
        return job
    }
}
