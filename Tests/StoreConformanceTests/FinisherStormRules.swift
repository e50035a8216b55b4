import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

/// Many members, and many batches at once.
extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases)
    func `a cancelled batch cancels its members, 1,000 at a time, and its finisher last`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            let batch = try await store.batch("f", callbackURL: "https://caller.example/")
            for part in 0..<12 {
                let jobs = try (0..<100).map { try NewJob.member("\(part)-\($0)", of: batch) }
                _ = try await store.perform { try $0.insertPendingBatch(jobs) }
            }
            let (attempt, daemon) = try await store.claimed()
            #expect(try await store.perform { try $0.cancelBatch(batch) } == .cancelling)
            // The running member may be one of the first 1,000.
            #expect((999...1000).contains(try await store.state(batch).ended))
            let isAsked = try await eventually(within: .seconds(20)) {
                try await store.settle()
                return try await store.state(batch).ended == 1199
            }
            #expect(isAsked)
            #expect(try await store.job(batch).status == .pending)
            #expect(try await store.dueCallbacks().isEmpty)
            _ = try await store.end(attempt, .success())
            let isOver = try await eventually(within: .seconds(20)) {
                try await store.settle()
                return try await store.job(batch).status == .error
            }
            #expect(isOver)
            #expect(try await store.job(batch).errorCode == "cancelled")
            #expect(try await store.dueCallbacks().map(\.jobID) == [batch])
            #expect(try await store.perform { try $0.cancelBatch(batch) } == .ended)
            let none = try await store.next(daemon)
            #expect(none == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `workers, passes, closes and inserts of members at once start each finisher once, behind its members`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with(connections: 8) { store in
            var batches: [UUID: [UUID]] = [:]
            for round in 0..<10 {
                var fresh: [UUID] = []
                for index in 0..<6 {
                    let rule: BatchRule = index % 3 == 2 ? .cancelRest : .run
                    fresh.append(try await store.batch("\(round)-\(index)", onFailure: rule, isOpen: true))
                }
                let above = fresh
                async let ended: Void = store.drain(workers: 3)
                async let passes: Void = store.passes(10)
                for batch in above {
                    for index in 0..<5 {
                        let member = try await store.insert(.member("\(batch)-\(index)", of: batch)).jobID
                        batches[batch, default: []].append(member)
                    }
                    #expect(try await store.perform { try $0.closeBatch(batch) } == .closed)
                }
                _ = try await (ended, passes)
            }
            #expect(try await store.isDrained())
            for (batch, members) in batches { try await store.expectStart(of: batch, behind: members) }
        }
    }
}
