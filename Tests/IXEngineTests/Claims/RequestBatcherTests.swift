import FoundationEssentials
import IXConcurrency
import IXCore
import IXMemoryStore
import IXStore
import Testing

@testable import IXEngine

/// Requests of many workers that share transactions: each worker gets the result of its own request.
@Suite(.timeLimit(.minutes(2))) struct RequestBatcherTests {
    private static let identity = DaemonIdentity(instance: "t", host: "h", pid: 1, version: "0")

    /// A store with as many jobs, all claimed; each claim's job.
    private static func claimed(_ count: Int) async throws -> (store: MemoryStore, jobs: [ClaimedJob]) {
        let store = MemoryStore()
        try await store.perform { try $0.registerDaemon(identity, lease: .seconds(600)) }
        var jobs: [ClaimedJob] = []
        for number in 0..<count {
            try await store.insert("\(number)")
            let claim = Claim(daemonID: identity.daemonID)
            if let job = try await store.perform({ try $0.claimNextPending(claim) }) { jobs.append(job) }
        }
        #expect(jobs.count == count)
        return (store, jobs)
    }

    private static func end(_ job: ClaimedJob) -> Completion {
        Completion(job.attempt, .done(ResponseIX(members: [])))
    }

    /// Sends each job's end with a claim, all at a time. Returns the results in the order of the jobs.
    private static func send(
        _ jobs: [ClaimedJob], by batcher: RequestBatcher
    ) async -> [Result<WorkerRequest.Result, StoreError>] {
        await withTaskGroup(of: (Int, Result<WorkerRequest.Result, StoreError>).self) { group in
            for (index, job) in jobs.enumerated() {
                group.addTask {
                    let request = WorkerRequest(completion: end(job), claim: Claim(daemonID: identity.daemonID))
                    do throws(StoreError) { return (index, .success(try await batcher.send(request))) } catch {
                        return (index, .failure(error))
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    @Test(arguments: [1, 2, 16, 1000])
    func `each of many requests at a time gets its own result, and no job two claims`(_ batch: Int) async throws {
        let (store, jobs) = try await Self.claimed(200)
        for number in 0..<50 { try await store.insert("next \(number)") }
        let results = try await Self.send(jobs, by: RequestBatcher(store.execution, batch: batch)).map { try $0.get() }
        #expect(results.allSatisfy { $0.completion == .ended(.done, isCallbackDue: false) })
        let next = results.compactMap { $0.job?.attempt.jobID }
        #expect(next.count == 50 && Set(next).count == 50)
        #expect(store.content.count(.done) == 200 && store.content.largestBatch <= batch)
    }

    @Test func `requests that come while a transaction runs go together in the next`() async throws {
        let (store, jobs) = try await Self.claimed(100)
        let held = store.hold(until: Latch())
        let batcher = RequestBatcher(store.execution, batch: 100)
        let first = Task { try await batcher.send(WorkerRequest(completion: Self.end(jobs[0]))) }
        await held.wait()
        let second = Task { try await batcher.send(WorkerRequest(completion: Self.end(jobs[1]))) }
        // The requests of one serial queue have all been left with the batcher when the queue's next task runs.
        let line = DispatchQueueExecutor(label: "test")
        let rest = jobs.dropFirst(2).map { job in
            Task(executorPreference: line) { try await batcher.send(WorkerRequest(completion: Self.end(job))) }
        }
        await Task(executorPreference: line) {}.value
        store.release()
        for request in [first, second] + rest {
            #expect(try await request.value.completion == .ended(.done, isCallbackDue: false))
        }
        // One transaction each for the first two requests at most, one or two for all the rest.
        #expect(store.content.calls["perform", default: 0] + store.content.calls["complete", default: 0] <= 104)
        #expect(store.content.calls["perform", default: 0] <= 4)
    }

    @Test(arguments: [StoreError.Code.invalidInput(InvalidInput("response", "no")), .internal, .locked])
    func `a request that the store refuses fails alone`(_ code: StoreError.Code) async throws {
        let (store, jobs) = try await Self.claimed(40)
        let bad = Set(jobs.prefix(3).map(\.attempt.jobID))
        store.fail { operation, job in
            guard operation == "complete", let job, bad.contains(job) else { return nil }
            return .refused(StoreError(code, operation: operation, message: "no"))
        }
        let results = await Self.send(jobs, by: RequestBatcher(store.execution, batch: 16))
        for (job, result) in zip(jobs, results) {
            let isBad = bad.contains(job.attempt.jobID)
            if case .failure(let error) = result { #expect(isBad && error.code == code) } else { #expect(!isBad) }
        }
        #expect(store.content.count(.done) == 37)
    }

    @Test func `during an outage every request fails, and none is tried alone`() async throws {
        let (store, jobs) = try await Self.claimed(40)
        store.fail { operation, _ in
            .refused(StoreError(.unavailable, operation: operation, message: "away"))
        }
        let results = await Self.send(jobs, by: RequestBatcher(store.execution, batch: 40))
        for result in results {
            guard case .failure(let error) = result else {
                Issue.record("a request got through")
                continue
            }
            #expect(error.code == .unavailable)
        }
        // Each request is in one transaction, which ends with its first refusal. A failed transaction's requests tried
        // alone would make more calls than requests.
        #expect(store.content.calls["complete", default: 0] <= 40)
        store.heal()
        let again = await Self.send(jobs, by: RequestBatcher(store.execution, batch: 40))
        #expect(again.count == 40 && store.content.count(.done) == 40)
    }
}
