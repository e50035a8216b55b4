import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    /// Many workers' ends and claims in one transaction: each is what it would be alone.
    @Suite(.timeLimit(.minutes(3))) struct WorkerRequestRules {
        @Test(arguments: StoreUnderTest.allCases)
        func `many end their jobs and claim the next in one call`(_ kind: StoreUnderTest) async throws {
            try await kind.with { store in
                let daemon = try await store.daemon()
                var ids: [UUID] = []
                for index in 0..<12 { ids.append(try await store.insert("\(index)").jobID) }
                let first = (0..<6).map { _ in WorkerRequest(claim: Claim(daemonID: daemon)) }
                let held = try await store.perform { try $0.perform(first) }.compactMap(\.job)
                #expect(Set(held.map(\.attempt.jobID)) == Set(ids.prefix(6)))
                let next = try held.map { job in
                    WorkerRequest(completion: try Completion(job.attempt, .success()), claim: Claim(daemonID: daemon))
                }
                let results = try await store.perform { try $0.perform(next) }
                #expect(results.allSatisfy { $0.completion == .ended(.done, isCallbackDue: true) })
                #expect(Set(results.compactMap { $0.job?.attempt.jobID }) == Set(ids.suffix(6)))
                for id in ids.prefix(6) {
                    let job = try await store.job(id)
                    #expect(job.status == .done)
                }
                let due = try await store.dueCallbacks()
                #expect(Set(due.map(\.jobID)) == Set(ids.prefix(6)))
            }
        }

        @Test(arguments: StoreUnderTest.allCases)
        func `each claim of one call holds a row of its own`(_ kind: StoreUnderTest) async throws {
            try await kind.with { store in
                let daemon = try await store.daemon()
                for index in 0..<3 { try await store.insert("\(index)") }
                let requests = (0..<5).map { _ in WorkerRequest(claim: Claim(daemonID: daemon)) }
                let results = try await store.perform { try $0.perform(requests) }
                #expect(results.compactMap(\.job).count == 3)
                for (request, result) in zip(requests, results) where result.job != nil {
                    #expect(result.job?.attempt.claimID == request.claim?.claimID)
                }
                let held = try await store.perform { try $0.heldClaims(daemon) }
                #expect(Set(held.map(\.claimID)) == Set(results.compactMap { $0.job?.attempt.claimID }))
            }
        }

        @Test(arguments: StoreUnderTest.allCases)
        func `in one call every end has its own fence`(_ kind: StoreUnderTest) async throws {
            try await kind.with { store in
                for index in 0..<4 { try await store.insert("\(index)") }
                let (attempt, daemon) = try await store.claimed()
                var held: [Attempt] = [attempt]
                for _ in 0..<3 { held.append(try #require(try await store.claim(daemon)).attempt) }
                _ = try await store.cancel(held[2].jobID)
                _ = try await store.end(held[3], .success())
                let stale = Attempt(jobID: held[1].jobID, attempts: 7, claimID: held[1].claimID)
                let completions = [
                    try Completion(held[0], .success()), Completion(stale, .failure),
                    try Completion(held[2], .success()),
                    try Completion(held[3], .success()),
                ]
                let results = try await store.perform {
                    try $0.perform(completions.map { WorkerRequest(completion: $0) })
                }
                #expect(
                    results.map(\.completion) == [
                        .ended(.done, isCallbackDue: true), .fenced, .ended(.error, isCallbackDue: true),
                        .ended(.done, isCallbackDue: true),
                    ])
                let cancelled = try await store.job(held[2].jobID)
                #expect(cancelled.response?.contains("\"cancelled\"") == true)
                let left = try await store.job(held[1].jobID)
                #expect(left.status == .running)
            }
        }

        @Test(arguments: StoreUnderTest.allCases)
        func `ends of every kind travel together`(_ kind: StoreUnderTest) async throws {
            try await kind.with { store in
                for index in 0..<4 { try await store.insert("\(index)") }
                let (attempt, daemon) = try await store.claimed()
                var held: [Attempt] = [attempt]
                for _ in 0..<3 { held.append(try #require(try await store.claim(daemon)).attempt) }
                let note = AttemptNote(outcome: "complete", exitStatus: "0", logTail: "said")
                let completions = [
                    try Completion(held[0], .success(), note: note), Completion(held[1], .failure),
                    Completion(held[2], .back()),
                    Completion(held[3], .failure),
                ]
                let results = try await store.perform {
                    try $0.perform(completions.map { WorkerRequest(completion: $0) })
                }
                #expect(
                    results.map(\.completion) == [
                        .ended(.done, isCallbackDue: true), .ended(.error, isCallbackDue: true), .handedBack,
                        .ended(.error, isCallbackDue: true),
                    ])
                let first = held[0].jobID
                let kept = try await store.perform { try $0.attempts(of: first) }
                #expect(kept.map(\.note) == [note])
            }
        }

        @Test(arguments: StoreUnderTest.allCases)
        func `one call keeps to the use cases that each claim wants`(_ kind: StoreUnderTest) async throws {
            try await kind.with { store in
                let daemon = try await store.daemon()
                for (index, useCase) in ["a", "a", "b", "c"].enumerated() {
                    try await store.insert(NewJob.make("\(index)", useCase: useCase))
                }
                let requests = [
                    WorkerRequest(claim: Claim(daemonID: daemon, useCases: .only(["c"]))),
                    WorkerRequest(claim: Claim(daemonID: daemon, useCases: .except(["a", "c"]))),
                    WorkerRequest(claim: Claim(daemonID: daemon, useCases: .only(["nothing"]))),
                ]
                let results = try await store.perform { try $0.perform(requests) }
                #expect(results.map { $0.job?.names.useCase } == ["c", "b", nil])
            }
        }
    }
}
