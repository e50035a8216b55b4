import IXCore
import IXStore
import IXTestSupport
import Testing

/// Batches that are asked for twice, open batches that fail, and many jobs behind parents that end together.
extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases)
    func `with cancel_rest a failure ends an open batch that was never closed`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let batch = try await store.batch("f", onFailure: .cancelRest, isOpen: true)
            for key in ["a", "b"] { try await store.insert(.member(key, of: batch)) }
            let (failing, daemon) = try await store.claimed()
            _ = try await store.end(failing, .failure)
            try await store.passes(3)
            let finisher = try await store.job(batch)
            #expect(finisher.status == .error && finisher.errorCode == "dependency_failed")
            let state = try await store.state(batch)
            #expect(state.phase == .ended && !state.isOpen && state.ended == 2 && state.failed == 2)
            let none = try await store.next(daemon)
            #expect(none == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `jobs behind two parents that end together start, however many they are`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let parents = [try await store.insert("p1").jobID, try await store.insert("p2").jobID]
            for start in stride(from: 0, to: 2100, by: 300) {
                let jobs = try (start..<start + 300).map { try NewJob.following("\($0)", [parents[0]]) }
                _ = try await store.insertBatch(jobs)
            }
            try await store.insert(.following("last", [parents[1]]))
            // The notes of the new jobs are taken first, so that both ends meet in a pass.
            try await store.passes(14)
            #expect(try await store.endMany(store.daemon(), 2) == parents)
            try await store.passes(4)
            let total = try await store.perform { try $0.statistics(countingEnded: false).total }
            #expect(total.due == 2101 && total.scheduled == 0)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a repeat differs whose job is not in the batch, and one whose job is no finisher like it`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            let (batch, other) = (
                try await store.batch("f"), try await store.batch("g", onFailure: .fail, isOpen: true)
            )
            try await store.insert(.make("plain"))
            try await store.insert(.member("a", of: other))
            for key in ["plain", "a"] {
                let there = try await store.insert(.member(key, of: batch))
                #expect(there.isDuplicate && there.differs, "\(key)")
                let items = try await store.insertBatch([.member(key, of: batch)])
                guard case .inserted(let item)? = items.first else { throw TestFailure("refused: \(items)") }
                #expect(item.isDuplicate && item.differs, "\(key)")
            }
            #expect(try await store.state(batch).members == 0)
            for job in [try NewJob.member("a", of: other), try .make("a")] {
                let there = try await store.insert(job)
                #expect(there.isDuplicate && !there.differs)
            }
            let asked: [(key: String, rule: String, isOpen: Bool, differs: Bool)] = [
                ("f", "run", false, false), ("f", "fail", false, true), ("f", "run", true, false),
                ("g", "fail", true, false), ("g", "fail", false, false), ("plain", "run", false, true),
            ]
            for ask in asked {
                let new = try NewBatch(.make(ask.key), onFailure: ask.rule, isOpen: ask.isOpen)
                let there = try await store.perform { try $0.insertBatch(new) }
                #expect(there.isDuplicate && there.differs == ask.differs, "\(ask)")
            }
        }
    }
}
