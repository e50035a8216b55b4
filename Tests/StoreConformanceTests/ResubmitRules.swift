import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases)
    func `an ended job goes in again as a new one, and stays as it is`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let old = try await store.insert(
                .make("a", #"{"n":1.10,"ix_id":"mine"}"#, callbackURL: "https://caller.example/a", maxAttempts: 7))
            let (attempt, _) = try await store.claimed()
            _ = try await store.end(attempt, .failure)
            let before = try await store.job(old.jobID)
            guard case .resubmitted(let id) = try await store.resubmit(old.jobID) else {
                return #expect(Bool(false), "it was not resubmitted")
            }
            let (new, after) = (try await store.job(id), try await store.job(old.jobID))
            #expect(after == before && new.resubmitOf == old.jobID && new.status == .pending && new.attempts == 0)
            #expect(
                new.ixID != old.ixID && new.clientID == "client" && new.useCase == "extract" && new.maxAttempts == 7)
            #expect(new.requestID == "a~" + old.jobID.uuidString.lowercased().prefix(8))
            #expect(new.callbackURL == "https://caller.example/a" && new.response == nil)
            let request = try JSONDocument(request: new.request)
            #expect(request["n"]?.text == "1.10" && request["request_id"]?.string == new.requestID)
            #expect(request["ix_id"]?.string == new.ixID && request["ix_client_id"]?.string == "client")
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a resubmitted job keeps the place of the old job's last start, and no caller's`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            let caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            for (key, context) in [("traced", "\(caller)\nvendor=1"), ("plain", nil)] {
                var job = try NewJob.make(key)
                job.traceContext = context
                let old = try await store.insert(job).jobID
                let (attempt, _) = try await store.claimed()
                _ = try await store.end(attempt, .failure)
                let claim = attempt.claimID.uuidString.lowercased().filter { $0 != "-" }.suffix(16)
                let own = old.uuidString.lowercased().filter { $0 != "-" }
                let trace = context == nil ? own : "0af7651916cd43dd8448eb211c80319c"
                let new = try await store.resubmitted(old)
                #expect(new.traceContext == "\n\n00-\(trace)-\(claim)-01\n\(old.uuidString.lowercased())")
                // A claim of the new job is told where it comes from; another resubmit names its own predecessor.
                let claimed = try #require(try await store.claim(store.daemon()))
                #expect(claimed.traceContext == new.traceContext && claimed.attempt.jobID == new.jobID)
                _ = try await store.end(claimed.attempt, .failure)
                let again = try await store.resubmitted(new.jobID)
                #expect(again.traceContext.flatMap(ResubmitOrigin.init(context:))?.jobID == new.jobID)
                #expect(try await store.cancel(again.jobID) == .cancelled)
            }
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a resubmitted job that never ran leads to its caller's place, or to none`(_ kind: StoreUnderTest) async throws
    {
        try await kind.with { store in
            let caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
            for (key, context) in [("traced", caller), ("plain", nil), ("foreign", "00-nonsense")] {
                var job = try NewJob.make(key)
                job.traceContext = context
                let old = try await store.insert(job).jobID
                #expect(try await store.cancel(old) == .cancelled)
                let new = try await store.resubmitted(old)
                let origin = try #require(new.traceContext.flatMap(ResubmitOrigin.init(context:)))
                #expect(origin.jobID == old && origin.traceparent == (key == "traced" ? caller : nil))
            }
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a job whose resubmission is refused leaves the others of its transaction`(_ kind: StoreUnderTest) async throws
    {
        try await kind.with { store in
            // No room for the suffix of the new request_id.
            let long = String(repeating: "k", count: 250)
            let old = [try await store.ended("a"), try await store.ended(long), try await store.ended("b")]
            for isAlone in [false, true] {
                let answers =
                    isAlone
                    ? try await store.perform { try $0.resubmitEach(old) }
                    : try await store.transaction { try $0.resubmitEach(old) }
                let words = answers.map { answer in
                    switch answer {
                    case .success(.resubmitted): "resubmitted"
                    case .success(.duplicate): "duplicate"
                    case .success: "other"
                    case .failure(let input): input.field
                    }
                }
                let taken = isAlone ? "duplicate" : "resubmitted"
                #expect(words == [taken, "request_id", taken])
            }
            let pending = try await store.list(JobFilter(statuses: [.pending]))
            #expect(Set(pending.map { $0.names.requestID.prefix(2) }) == ["a~", "b~"])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `the same resubmission twice makes one job; another request_id makes another`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            let old = try await store.ended("a")
            let first = try await store.resubmit(old)
            let second = try await store.resubmit(old)
            let other = try await store.resubmit(old, "b")
            guard case .resubmitted(let id) = first, case .resubmitted(let another) = other else {
                return #expect(Bool(false), "\(first), \(other)")
            }
            #expect(second == .duplicate(id) && another != id)
            let keys = [try await store.job(id).requestID, try await store.job(another).requestID]
            #expect(Set(keys).count == 2 && keys[1] == "b")
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a job that waits or runs, and an unknown one, are not resubmitted`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let waits = try await store.insert("a").jobID
            let pending = try await store.resubmit(waits)
            _ = try await store.claimed()
            let running = try await store.resubmit(waits)
            let unknown = try await store.resubmit(UUID())
            #expect([pending, running, unknown] == [.notEnded(.pending), .notEnded(.running), .notFound])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a request_id over the limit is refused with its name, and nothing is stored`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            let old = try await store.ended(String(repeating: "k", count: 250))
            do {
                _ = try await store.resubmit(old)
                #expect(Bool(false), "it was taken")
            } catch let error as StoreError {
                guard case .invalidInput(let input) = error.code else { return #expect(Bool(false), "\(error)") }
                #expect(input.field == "request_id" && input.reason.contains("255"))
            }
            let claimed = try await store.claim(store.daemon())
            #expect(claimed == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `hand-backs that were nobody's fault do not give the new job more starts`(_ kind: StoreUnderTest) async throws
    {
        try await kind.with { store in
            try await store.insert("a", maxAttempts: 3)
            for _ in 0..<4 { _ = try await store.end(store.claimed().attempt, .back(usesUpStart: false, pause: nil)) }
            let (attempt, _) = try await store.claimed()
            _ = try await store.end(attempt, .failure)
            guard case .resubmitted(let id) = try await store.resubmit(attempt.jobID) else {
                return #expect(Bool(false), "it was not resubmitted")
            }
            let (old, new) = (try await store.job(attempt.jobID), try await store.job(id))
            #expect(old.maxAttempts == 7 && new.maxAttempts == 3)
        }
    }
}

extension JobStore {
    fileprivate func resubmit(_ jobID: UUID, _ requestID: String? = nil) async throws -> Resubmission {
        try await perform { try $0.resubmit(jobID, requestID: requestID) }
    }

    fileprivate func resubmitted(_ jobID: UUID) async throws -> Job {
        guard case .resubmitted(let id) = try await resubmit(jobID) else {
            throw TestFailure("the job was not resubmitted")
        }
        return try await job(id)
    }

    /// A job that has ended in error; its id.
    fileprivate func ended(_ key: String) async throws -> UUID {
        let inserted = try await insert(.make(key))
        _ = try await end(claimed().attempt, .failure)
        return inserted.jobID
    }
}
