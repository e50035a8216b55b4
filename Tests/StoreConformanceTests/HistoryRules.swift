import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    private static func bucket(_ useCase: String, done: Int, start: Int = 0) -> HistoryBucket {
        var bucket = HistoryBucket(start: start, useCase: useCase)
        (bucket.claimed, bucket.done, bucket.error, bucket.handedBack) = (done + 2, done, 2, 1)
        (bucket.waitSeconds, bucket.runSeconds) = (0.5, 2.25)
        (bucket.waits, bucket.runs) = ([done, 0, 2], [done, 2, 0])
        (bucket.dueMost, bucket.runningMost, bucket.oldestMost) = (done, 1, Double(done))
        bucket.errors = ["timeout": 1, "own \"code\"\n": 1]
        return bucket
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `what two daemons add to a minute is one bucket of each use case`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            // Both writes of a round may fall into two minutes.
            var found: [HistoryBucket] = []
            try await store.perform { try $0.addHistory([Self.bucket("a", done: 3), Self.bucket("b", done: 5)]) }
            try await store.perform { try $0.addHistory([Self.bucket("a", done: 4)]) }
            found = try await store.perform { try $0.history(HistoryFilter(step: .hour)) }
            let useCases = Set(found.map(\.useCase))
            #expect(useCases == ["a", "b"])
            var sum = HistoryBucket(useCase: "a")
            for bucket in found where bucket.useCase == "a" { sum.add(bucket) }
            #expect((sum.claimed, sum.done, sum.error, sum.handedBack) == (11, 7, 4, 2))
            #expect(sum.waits == [7, 0, 4] && sum.runs == [7, 4, 0] && sum.waitSeconds == 1 && sum.runSeconds == 4.5)
            #expect(sum.dueMost == 4 && sum.runningMost == 1 && sum.oldestMost == 4)
            #expect(sum.errors == ["timeout": 2, "own \"code\"\n": 2])
            let one = try await store.perform { try $0.history(HistoryFilter(step: .minute, useCase: "b")) }
            #expect(one.map(\.done) == [5] && one[0].start % 60 == 0)
            #expect(try await store.perform { try $0.history(HistoryFilter(step: .minute, useCase: "c")) }.isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `minutes are summed up to hours and days, and cut when they are old`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let now = try await store.perform { try $0.newestHistory(.minute).now }
            let hour = HistoryStep.hour.start(of: now)
            let minutes = (0..<180).map { Self.bucket("a", done: 1, start: hour - 7200 + $0 * 60) }
            let old = Self.bucket("a", done: 9, start: HistoryStep.minute.start(of: now - 49 * 3600))
            try await store.perform { try $0.replaceHistory(minutes + [old], step: .minute) }
            for _ in 0..<2 {
                #expect(try await store.perform { try $0.rollHistory() } == false)
                let hours = try await store.perform {
                    try $0.storedHistory(.hour, useCase: nil, from: hour - 7200, to: hour, limit: 10)
                }
                #expect(hours.map(\.done) == [60, 60] && hours.map(\.start) == [hour - 7200, hour - 3600])
                #expect(hours[0].errors == ["timeout": 60, "own \"code\"\n": 60] && hours[0].waits == [60, 0, 120])
            }
            let left = try await store.perform {
                try $0.storedHistory(.minute, useCase: nil, from: 0, to: now, limit: 1000)
            }
            #expect(left.allSatisfy { $0.start >= now - 48 * 3600 })
            // A day that goes on has what happened since the roll-up as well.
            try await store.perform { try $0.addHistory([Self.bucket("b", done: 2)]) }
            let days = try await store.perform { try $0.history(HistoryFilter(step: .day, useCase: "b")) }
            #expect(days.map(\.done).reduce(0, +) == 2)
        }
    }
}
