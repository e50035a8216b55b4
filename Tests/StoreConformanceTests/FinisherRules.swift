import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

/// Batches: members, and a finisher that starts when all have ended.
extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases)
    func `a finisher starts once, when every member has ended, whatever came of it`(_ kind: StoreUnderTest) async throws
    {
        try await kind.with { store in
            let batch = try await store.batch("f")
            let members = try await ["a", "b", "c"].asyncMap { try await store.insert(.member($0, of: batch)).jobID }
            let repeated = try await store.insert(.member("b", of: batch))
            #expect(repeated.isDuplicate && repeated.jobID == members[1])
            let daemon = try await store.daemon()
            var ends: [UUID] = []
            for ending in [Completion.Kind.failure, try .success(), .failure] {
                let state = try await store.state(batch)
                #expect(state.phase == .waiting && state.ended == ends.count && state.members == 3)
                let job = try #require(try await store.next(daemon))
                #expect(try await store.state(batch).running == 1)
                _ = try await store.end(job.attempt, ending)
                ends.append(job.attempt.jobID)
            }
            #expect(Set(ends) == Set(members))
            let finisher = try #require(try await store.next(daemon))
            #expect(finisher.attempt.jobID == batch)
            _ = try await store.end(finisher.attempt, .success())
            let state = try await store.state(batch)
            #expect(state.phase == .ended && state.status == .done && state.ended == 3 && state.failed == 2)
            let none = try await store.next(daemon)
            #expect(none == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a finisher waits for a first member, and that of an open batch until it is closed`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            let (plain, open) = (try await store.batch("plain"), try await store.batch("open", isOpen: true))
            let daemon = try await store.daemon()
            let none = try await store.next(daemon)
            #expect(none == nil)
            try await store.insert(.member("a", of: open))
            let first = try #require(try await store.next(daemon))
            _ = try await store.end(first.attempt, .success())
            let still = try await store.next(daemon)
            #expect(still == nil)
            try await store.perform { try $0.lookAtBatches() }
            let stillOpen = try await store.next(daemon)
            #expect(stillOpen == nil)
            #expect(try await store.state(open).isOpen)
            let reason = try await store.perform { try $0.line(of: open)?.reason }
            #expect(reason == "wait: for members of its batch")
            try await store.insert(.member("b", of: open))
            #expect(try await store.perform { try $0.closeBatch(open) } == .closed)
            let second = try #require(try await store.next(daemon))
            #expect(second.names.requestID == "b")
            _ = try await store.end(second.attempt, .success())
            #expect(try await store.next(daemon)?.attempt.jobID == open)
            #expect(try await store.perform { try $0.closeBatch(plain) } == .closed)
            #expect(try await store.next(daemon)?.attempt.jobID == plain)
            #expect(
                try await store.perform { [try $0.closeBatch(open), try $0.closeBatch(UUID())] } == [
                    .ended, .notFound,
                ])
        }
    }

    @Test(arguments: StoreUnderTest.allCases, EndPath.allCases)
    func `every way a member ends reaches the finisher`(_ kind: StoreUnderTest, _ path: EndPath) async throws {
        try await kind.with { store in
            let batch = try await store.batch("f", onFailure: .fail)
            let other = try await store.batch("g", onFailure: .run)
            // The path inserts and ends a job of its own; a member that waits for it ends with it.
            let gate = try await path.end("gate", store, url: nil) {
                try await store.insert(.member("m", of: batch, after: [$0]))
                try await store.insert(.member("n", of: other, after: [$0]))
                try await store.settle()
            }
            let isDone = try await store.job(gate).status == .done
            try await store.settle()
            try await store.settle()
            #expect(try await store.state(batch).status == (isDone ? .pending : .error), "\(path)")
            let daemon = try await store.daemon()
            var keys: [String] = []
            while let job = try await store.next(daemon) {
                keys.append(job.names.requestID)
                _ = try await store.end(job.attempt, .success())
            }
            #expect(keys.sorted() == (isDone ? ["f", "g", "m", "n"] : ["g"]), "\(path)")
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `with fail a finisher fails at once, and the other members go on`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let url = "https://caller.example/"
            let batch = try await store.batch("f", onFailure: .fail, callbackURL: url)
            for key in ["a", "b"] { try await store.insert(.member(key, of: batch)) }
            let (attempt, daemon) = try await store.claimed()
            _ = try await store.end(attempt, .failure)
            try await store.settle()
            let finisher = try await store.job(batch)
            #expect(finisher.status == .error && finisher.errorCode == "dependency_failed")
            #expect(try await store.dueCallbacks().map(\.jobID) == [batch])
            #expect(try await store.next(daemon)?.names.requestID == "b")
            let refusal = await #expect(throws: StoreError.self) { try await store.insert(.member("c", of: batch)) }
            #expect(refusal?.message.contains("batch_id") == true)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `with cancel_rest a failure cancels the other members, and the finisher fails after them`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            let batch = try await store.batch("f", onFailure: .cancelRest, callbackURL: "https://caller.example/")
            for key in ["a", "b", "c", "d"] { try await store.insert(.member(key, of: batch)) }
            let (failing, daemon) = try await store.claimed()
            let running = try #require(try await store.claim(daemon))
            _ = try await store.end(failing, .failure)
            try await store.settle()
            #expect(try await store.state(batch).phase == .cancelling)
            #expect(try await store.job(batch).status == .pending)
            #expect(try await store.job(running.attempt.jobID).cancelRequestedAt != nil)
            let refusal = await #expect(throws: StoreError.self) { try await store.insert(.member("e", of: batch)) }
            #expect(refusal?.message.hasPrefix("batch_id: ") == true)
            _ = try await store.end(running.attempt, .success())
            try await store.settle()
            let finisher = try await store.job(batch)
            #expect(finisher.errorCode == "dependency_failed")
            let message = try JSONDocument(response: finisher.response ?? "{}")["error"]?.object?["message"]?.string
            #expect(message?.contains(failing.jobID.uuidString.lowercased()) == true, "\(message ?? "")")
            #expect(try await store.dueCallbacks().map(\.jobID) == [batch])
            let state = try await store.state(batch)
            #expect(state.ended == 4 && state.failed == 4 && state.phase == .ended)
            let none = try await store.next(daemon)
            #expect(none == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a cancelled batch whose members wait ends at once`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let (batch, empty) = (try await store.batch("f"), try await store.batch("e", isOpen: true))
            for key in ["a", "b"] { try await store.insert(.member(key, of: batch)) }
            #expect(
                try await store.perform { [try $0.cancelBatch(batch), try $0.cancelBatch(empty)] } == [
                    .cancelled, .cancelled,
                ])
            #expect(try await store.list(JobFilter(statuses: [.pending, .running])).isEmpty)
            try await store.settle()
            #expect(try await store.perform { try $0.cancelBatch(UUID()) } == .notFound)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `members are taken of the same client, while the finisher waits, also from a member`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            let batch = try await store.batch("f")
            let strange = UUID()
            for job in [try NewJob.member("a", of: strange), try .member("a", of: batch, clientID: "other")] {
                let refusal = await #expect(throws: StoreError.self) { try await store.insert(job) }
                let id = job.batchID?.uuidString.lowercased() ?? ""
                #expect(refusal?.message == "batch_id: the client has no batch \(id)")
            }
            try await store.insert(.member("a", of: batch))
            let (first, daemon) = try await store.claimed()
            try await store.insert(.member("b", of: batch))
            _ = try await store.end(first, .success())
            let second = try #require(try await store.next(daemon))
            #expect(second.names.requestID == "b")
            _ = try await store.end(second.attempt, .success())
            try await store.settle()
            let late = await #expect(throws: StoreError.self) { try await store.insert(.member("c", of: batch)) }
            #expect(late?.message == "batch_id: the batch \(batch.uuidString.lowercased()) takes no members any more")
            let known = try await store.insert(.member("a", of: batch))
            #expect(known.isDuplicate)
            let bad = #expect(throws: InvalidInput.self) { try NewBatch(.make("x"), onFailure: "stop") }
            let nested = #expect(throws: InvalidInput.self) { try NewBatch(.member("x", of: batch)) }
            #expect(bad?.field == "batch_on_failure" && nested?.field == "batch_id")
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `members are listed by their batch, and a prune leaves them until the finisher has ended`(
        _ kind: StoreUnderTest
    )
        async throws
    {
        try await kind.with { store in
            let batch = try await store.batch("f")
            for key in ["a", "b"] { try await store.insert(.member(key, of: batch)) }
            try await store.insert(.make("plain"))
            var filter = JobFilter()
            filter.batchID = batch
            #expect(try await store.list(filter).map(\.names.requestID) == ["b", "a"])
            #expect(try await store.job(try #require(store.list(filter).first).jobID).batchID == batch)
            let (attempt, daemon) = try await store.claimed()
            _ = try await store.end(attempt, .success())
            filter.statuses = [.done]
            #expect(try await store.list(filter).map(\.names.requestID) == ["a"])
            filter.statuses = [.error]
            #expect(try await store.list(filter).isEmpty)
            try await store.settle()
            let keep = Retention(done: .zero, error: .zero)
            #expect(try await store.pruned(keep).total == 0)
            #expect(try await store.perform { try $0.prunable(keep) }.total == 0)
            while let job = try await store.next(daemon) { _ = try await store.end(job.attempt, .success()) }
            try await store.settle()
            let left = try await store.list().map { "\($0.names.requestID) \($0.status)" }
            let count = try await store.pruned(keep)
            #expect(count.total == 4, "\(left)")
            filter.statuses = []
            #expect(try await store.list(filter).isEmpty)
            let gone = try await store.perform { try $0.batch(batch) }
            #expect(gone == nil)
        }
    }
}

extension NewJob {
    /// A member of a batch.
    static func member(_ key: String, of batch: UUID, after: [UUID] = [], clientID: String = "client") throws -> NewJob
    {
        var job = try NewJob.make(key, clientID: clientID)
        job.batchID = batch
        if !after.isEmpty { job.after = try AfterJobs(after) }
        return job
    }
}

extension Job {
    var errorCode: String? { JobRecord(self, attempts: []).errorCode }
}

extension Sequence where Element: Sendable {
    fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async throws -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}

extension JobStore {
    /// Makes a batch, and returns its id.
    func batch(
        _ key: String, onFailure: BatchRule = .run, isOpen: Bool = false, callbackURL: String? = nil
    ) async throws -> UUID {
        let batch = try NewBatch(.make(key, callbackURL: callbackURL), onFailure: onFailure.rawValue, isOpen: isOpen)
        let inserted = try await perform { try $0.insertBatch(batch) }
        let again = try await perform { try $0.insertBatch(batch) }
        guard !inserted.isDuplicate, again.isDuplicate, again.jobID == inserted.jobID else {
            throw TestFailure("a repeat made a batch of its own")
        }
        return inserted.jobID
    }

    func state(_ batch: UUID) async throws -> BatchState {
        guard let state = try await perform({ try $0.batch(batch) }) else { throw TestFailure("no batch") }
        return state
    }
}
