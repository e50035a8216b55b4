import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

/// Moves of waiting jobs from one queue to another.
extension StoreConformance {
    @Test(arguments: StoreUnderTest.operated)
    func `a waiting job moves to another queue and back, in the order of the inserts`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            try await store.set("slow", #"{"concurrency": 0, "use_cases": ["extract"]}"#)
            try await store.set("tenants", #"{"group_by": "client_id", "strict": true}"#)
            let ids = [
                try await store.insert(.make("a")).jobID, try await store.insert(.make("b", group: "given")).jobID,
                try await store.insert(.make("c", priority: 3)).jobID,
                try await store.insert(.make("d", useCase: "other")).jobID,
            ]
            let strange = UUID.random()
            let slow = try await store.move(ids.reversed() + [strange], to: "slow")
            let refusal = InvalidInput("queue", "slow does not take the use case other")
            #expect(slow == [.refused(refusal), .moved, .moved, .moved, .notFound])
            #expect(try await store.move([ids[0]], to: "slow") == [.unchanged])
            #expect(try await store.takeAll(try await store.daemon()).map(\.names.requestID) == ["d"])
            #expect(try await store.move([ids[3]], to: "slow") == [.notPending(.running)])
            let strict = try await store.move(Array(ids.prefix(3)), to: "tenants")
            let order = InvalidInput("priority", "must be 0 in queue tenants, which is strict")
            #expect(strict == [.moved, .moved, .refused(order)])
            let grouped = try await store.job(ids[1])
            #expect(grouped.queue == "tenants" && grouped.groupKey == "client")
            let back = try await store.move(Array(ids.prefix(3)), to: "extract")
            #expect(back == [.moved, .moved, .moved])
            let (plain, lined) = (try await store.job(ids[0]), try await store.job(ids[2]))
            #expect(plain.queue == nil && plain.groupKey == nil && lined.queue == "extract" && lined.priority == 3)
            let none = try await store.perform { try $0.line(of: ids[0]) }
            #expect(none == nil)
            #expect(try await store.takeAll(try await store.daemon()).map(\.names.requestID) == ["a", "b", "c"])
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a job is moved to no queue that isn't there, and a listing shows queue and group`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            let id = try await store.insert(.make("a", group: "acme")).jobID
            let refusal = InvalidInput("queue", "there is no queue nowhere")
            #expect(try await store.move([id], to: "nowhere") == [.refused(refusal)])
            await #expect(throws: StoreError.self) { try await store.move([id], to: "") }
            try await store.insert(.make("plain"))
            _ = try await store.cancel(try await store.insert(.make("gone", group: "acme")).jobID)
            for statuses in [[], [.pending], [.error]] as [Set<JobStatus>] {
                for job in try await store.list(JobFilter(statuses: statuses)) {
                    let isPlain = job.names.requestID == "plain"
                    #expect(job.queue == (isPlain ? nil : "extract") && job.groupKey == (isPlain ? nil : "acme"))
                }
            }
        }
    }
}

extension JobStore {
    /// Moves jobs, and returns the results in the order of the jobs.
    fileprivate func move(_ ids: [UUID], to queue: String) async throws -> [QueueMove.Result] {
        let moves = try await perform { try $0.move(ids, to: queue) }
        let found = Dictionary(moves.map { ($0.jobID, $0.result) }) { first, _ in first }
        return ids.compactMap { found[$0] }
    }
}
