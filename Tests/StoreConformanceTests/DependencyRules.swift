import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

/// Jobs that wait for others.
extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases)
    func `a job waits for all its parents and no longer`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let parents = [try await store.insert("a").jobID, try await store.insert("b").jobID]
            let child = try await store.insert(.following("c", parents))
            #expect(child.status == .pending && !child.isDuplicate)
            let daemon = try await store.daemon()
            let (first, second) = (try await store.next(daemon), try await store.next(daemon))
            #expect(Set([first, second].map(\.?.attempt.jobID)) == Set(parents))
            let none = try await store.next(daemon)
            #expect(none == nil)
            _ = try await store.end(try #require(first).attempt, .success())
            let still = try await store.next(daemon)
            #expect(still == nil)
            #expect(try await store.job(child.jobID).status == .pending)
            _ = try await store.end(try #require(second).attempt, .success())
            let job = try #require(try await store.next(daemon))
            #expect(job.attempt.jobID == child.jobID)
            let repeated = try await store.insert(.following("c", parents))
            #expect(repeated.jobID == child.jobID && repeated.isDuplicate)
            let last = try await store.next(daemon)
            #expect(last == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases, EndPath.allCases)
    func `every way a job ends lets the jobs start that wait for it, or fails them`(
        _ kind: StoreUnderTest, _ path: EndPath
    ) async throws {
        try await kind.with { store in
            let isDone = path == .done
            // The path inserts and ends a job of its own; the children come between, by a job that they share.
            let gate = try await store.insert(.make("gate", runAt: "2199-01-01T00:00:00Z")).jobID
            let parent = try await path.end("parent", store, url: nil) {
                try await store.insert(.following("run", [$0, gate], onFailure: .run))
                try await store.insert(.following("fail", [$0], callbackURL: "https://caller.example/"))
                try await store.settle()
            }
            #expect(try await store.job(parent).status == (isDone ? .done : .error))
            try await store.settle()
            let fail = try #require(
                try await store.perform { try $0.getByCorrelation(clientID: "client", requestID: "fail") })
            #expect(fail.status == (isDone ? .pending : .error), "\(path)")
            if !isDone {
                let error = try JSONDocument(response: try #require(fail.response))["error"]?.object
                #expect(error?["code"]?.string == "dependency_failed")
                #expect(error?["message"]?.string?.contains(parent.uuidString.lowercased()) == true)
                #expect(try await store.dueCallbacks().map(\.jobID) == [fail.jobID])
            }
            _ = try await store.cancel(gate)
            let daemon = try await store.daemon()
            var keys: [String] = []
            while let job = try await store.next(daemon) { keys.append(job.names.requestID) }
            #expect(keys.sorted() == (isDone ? ["fail", "run"] : ["run"]))
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a failure goes on to the jobs behind, and a superseded job counts as failed`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            var first = try NewJob.make("a")
            first.dedupe = try Dedupe(key: "k", rule: "replace")
            let (one, old) = (first, try await store.insert(first).jobID)
            var last = old
            for key in ["b", "c", "d"] { last = try await store.insert(.following(key, [last])).jobID }
            let free = try await store.insert(.following("e", [last], onFailure: .run)).jobID
            try await store.settle()
            var next = one
            next.request = try NewJob.make("a2").request
            let new = next
            #expect(try await store.insert(new).replaces == old)
            let daemon = try await store.daemon()
            var ids: Set<UUID> = []
            while let job = try await store.next(daemon) { ids.insert(job.attempt.jobID) }
            #expect(ids.contains(free) && ids.count == 2)
            #expect(
                try await store.list().filter { $0.errorCode == "dependency_failed" }.map(\.names.requestID) == [
                    "d", "c", "b",
                ])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `jobs that ended before are waited for no longer, and a failed one fails the job at once`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            let done = try await EndPath.done.end("done", store, url: nil)
            let error = try await EndPath.error.end("error", store, url: nil)
            let after = try await store.insert(.following("a", [done])).jobID
            let regardless = try await store.insert(.following("b", [done, error], onFailure: .run)).jobID
            let failed = try await store.insert(.following("c", [done, error])).jobID
            let daemon = try await store.daemon()
            var ids: Set<UUID> = []
            while let job = try await store.next(daemon) { ids.insert(job.attempt.jobID) }
            #expect(ids == [after, regardless])
            #expect(try await store.job(failed).status == .error)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a job that waits says for what, is listed as pending and counted as scheduled`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            let parents = [try await store.insert("a").jobID, try await store.insert("b").jobID]
            let plain = try await store.insert(.following("plain", [parents[0]])).jobID
            let lined = try await store.insert(.following("lined", parents, group: "g")).jobID
            try await store.settle()
            let reasons = try await store.perform { [try $0.line(of: plain)?.reason, try $0.line(of: lined)?.reason] }
            #expect(reasons[0] == "wait: for job \(parents[0].uuidString.lowercased())")
            #expect(reasons[1]?.hasPrefix("wait: for 2 jobs, such as ") == true, "\(reasons)")
            let listed = try await store.perform { try $0.list(JobFilter(statuses: [.pending]), after: nil, limit: 10) }
            #expect(Set(listed.map(\.names.requestID)) == ["a", "b", "plain", "lined"])
            for ended in [false, true] {
                let total = try await store.perform { try $0.statistics(countingEnded: ended).total }
                #expect(total.due == 2 && total.scheduled == 2, "\(ended)")
            }
            let (levels, pending) = try await store.perform { (try $0.lookAtQueue(), try $0.countPending()) }
            #expect(levels.useCases.map(\.due).reduce(0, +) == 2 && levels.useCases.map(\.scheduled).reduce(0, +) == 2)
            #expect(pending.map(\.due).reduce(0, +) == 2 && pending.map(\.scheduled).reduce(0, +) == 2)
            let none = try await store.perform { try $0.line(of: parents[0]) }
            #expect(none == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a job in line gets into it once it waits no more`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let parent = try await store.insert("a").jobID
            let child = try await store.insert(.following("b", [parent], priority: -5, group: "g")).jobID
            let (attempt, _) = try await store.claimed()
            let daemon = try await store.daemon()
            #expect(attempt.jobID == parent)
            let none = try await store.next(daemon)
            #expect(none == nil)
            _ = try await store.end(attempt, .success())
            try await store.settle()
            let job = try #require(try await store.next(daemon))
            #expect(job.attempt.jobID == child)
            _ = try await store.end(job.attempt, .success())
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a prune leaves a job that another waits for, and one that nothing waits for any more goes`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            let far = try await store.insert(.make("far", runAt: "2199-01-01T00:00:00Z")).jobID
            let failed = try await EndPath.error.end("failed", store, url: nil)
            let child = try await store.insert(.following("child", [failed, far])).jobID
            let keep = Retention(done: .zero, error: .zero)
            #expect(try await store.pruned(keep).total == 0)
            #expect(try await store.perform { try $0.prunable(keep) }.total == 0)
            try await store.settle()
            #expect(try await store.job(child).status == .error)
            try await store.settle()
            #expect(try await store.pruned(keep).total == 2)
            let second = try await store.insert(.following("second", [far])).jobID
            _ = try await store.cancel(second)
            try await store.settle()
            _ = try await store.cancel(far)
            try await store.settle()
            #expect(try await store.pruned(keep).total == 2)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `jobs that are unknown, another client's or too many are refused`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let strange = UUID()
            let other = try await store.insert(.make("a", clientID: "other")).jobID
            for id in [strange, other] {
                let refusal = await #expect(throws: StoreError.self) { try await store.insert(.following("b", [id])) }
                #expect(refusal?.message == "after: the client has no job \(id.uuidString.lowercased())")
            }
            let batch: [NewJob] = try [.following("c", [strange]), .make("d")]
            let results = try await store.perform { try $0.insertPendingBatch(batch) }
            guard case .refused(let input) = results[0], case .inserted = results[1] else {
                Issue.record("\(results)")
                return
            }
            #expect(input.field == "after")
            let many = #expect(throws: InvalidInput.self) { try AfterJobs((0...1000).map { _ in UUID() }) }
            let alone = #expect(throws: InvalidInput.self) { try AfterJobs(nil, onFailure: "run") }
            let rule = #expect(throws: InvalidInput.self) { try AfterJobs([strange], onFailure: "stop") }
            #expect(many?.field == "after" && alone?.field == "on_failure" && rule?.field == "on_failure")
            let empty = try await store.insert(.following("e", []))
            #expect(!empty.isDuplicate)
        }
    }
}

extension NewJob {
    /// A job that waits for `parents`.
    static func following(
        _ key: String, _ parents: [UUID], onFailure: AfterJobs.OnFailure = .fail, callbackURL: String? = nil,
        priority: Int = 0, group: String? = nil
    ) throws -> NewJob {
        var job = try NewJob.make(key, callbackURL: callbackURL, priority: priority, group: group)
        job.after = try AfterJobs(parents, onFailure: onFailure.rawValue)
        return job
    }
}

extension JobStore {
    /// Runs the duty by which waiting jobs are released, until it has nothing to do; a store without one releases with each claim.
    func settle() async throws {
        let releases = duties.filter { $0.name.contains("waiting jobs") }
        for duty in releases + releases + releases { _ = try await duty.round(progress: {}) }
        guard releases.isEmpty else { return }
        let daemon = try await daemon()
        _ = try await perform { try $0.claimNextPending(Claim(daemonID: daemon, useCases: .only(["none"]))) }
    }

    /// Claims a job, once what waits is released.
    func next(_ daemon: UUID) async throws -> ClaimedJob? {
        try await settle()
        return try await claim(daemon)
    }

    /// Claims and ends up to `count` jobs, each batch in a call; returns their ids in the order of the ends.
    func endMany(_ daemon: UUID, _ count: Int) async throws -> [UUID] {
        let jobs = try await perform { operations in
            try operations.perform((0..<count).map { _ in WorkerRequest(claim: Claim(daemonID: daemon)) }).compactMap(
                \.job)
        }
        let ends = try jobs.map { WorkerRequest(completion: Completion($0.attempt, try .success())) }
        _ = try await perform { try $0.perform(ends) }
        return jobs.map(\.attempt.jobID)
    }

    /// Claims and ends jobs with several workers until none is due.
    func drain(workers: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<workers {
                group.addTask {
                    let daemon = try await self.daemon()
                    while let job = try await self.claim(daemon) { _ = try await self.end(job.attempt, .success()) }
                }
            }
            try await group.waitForAll()
        }
    }

    func passes(_ count: Int) async throws {
        for _ in 0..<count { try await settle() }
    }
}
