import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

/// Many jobs that wait for others.
extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases)
    func `10,000 jobs end before the job behind them starts, once`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let daemon = try await store.daemon()
            var collectors: [UUID] = []
            for group in 0..<10 {
                let jobs = try (0..<1000).map { try NewJob.make("\(group)-\($0)") }
                let results = try await store.perform { try $0.insertPendingBatch(jobs) }
                let ids = results.compactMap { if case .inserted(let one) = $0 { one.jobID } else { nil } }
                collectors.append(try await store.insert(.following("collector-\(group)", ids)).jobID)
            }
            let last = try await store.insert(.following("last", collectors)).jobID
            try await store.settle()
            var order: [UUID] = []
            while true {
                let ended = try await store.endMany(daemon, 200)
                order += ended
                if ended.isEmpty {
                    try await store.settle()
                    guard try await store.perform({ try $0.countPending() }).contains(where: { $0.due > 0 }) else {
                        break
                    }
                }
            }
            #expect(order.count == 10_011 && Set(order).count == 10_011 && order.last == last)
            #expect(Set(order.suffix(11).dropLast()) == Set(collectors))
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `workers, passes and inserts at once lose no job and start none early or twice`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with(connections: 8) { store in
            let (rounds, width) = (12, 20)
            var parents: [UUID: [UUID]] = [:]
            for round in 0..<rounds {
                var layer: [UUID] = []
                for index in 0..<width { layer.append(try await store.insert(.make("\(round)-\(index)")).jobID) }
                let above = layer
                async let ended: Void = store.drain(workers: 3)
                async let passes: Void = store.passes(10)
                for index in 0..<width {
                    let before = [above[index], above[(index * 7 + 3) % width], above[(index + round) % width]]
                    let child = try await store.insert(.following("\(round)-c-\(index)", before, onFailure: .run)).jobID
                    parents[child] = before
                }
                _ = try await (ended, passes)
            }
            #expect(try await store.isDrained())
            for (child, before) in parents { try await store.expectStart(of: child, behind: before) }
        }
    }
}

extension JobStore {
    /// Ends all jobs, those behind others last; false after a minute.
    func isDrained() async throws -> Bool {
        try await eventually(within: .seconds(60)) {
            try await settle()
            try await drain(workers: 3)
            return try await list(JobFilter(statuses: [.pending, .running])).isEmpty
        }
    }

    /// Expects one start of the job, after the ends of the others.
    func expectStart(of jobID: UUID, behind others: [UUID]) async throws {
        let job = try await job(jobID)
        let start = try #require(job.startedAt.flatMap { Timestamp($0) })
        #expect(job.status == .done && job.attempts == 0)
        for other in others {
            let end = try #require(try await self.job(other).finishedAt.flatMap { Timestamp($0) })
            #expect(end <= start)
        }
    }
}
