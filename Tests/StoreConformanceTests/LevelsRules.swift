import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases)
    func `a look counts the jobs of each use case, and knows since when the oldest is due`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            try await store.insert("runs")
            _ = try await store.claimed()
            try await store.insert("due", runAt: "2001-01-01T00:00:00Z")
            try await store.insert("later", runAt: "2002-01-01T00:00:00Z")
            try await store.insert("ahead", runAt: "2199-01-01T00:00:00Z")
            try await store.insert(.make("other", useCase: "another"))
            let levels = try await store.perform { try QueueLook().levels($0, after: nil) }
            let extract = try #require(levels.useCases.first { $0.name == "extract" })
            #expect((extract.due, extract.scheduled, extract.running) == (2, 1, 1))
            #expect(abs((extract.oldestDue ?? 0) - 978_307_200) < 0.01 && !extract.isEstimate)
            let other = try #require(levels.useCases.first { $0.name == "another" })
            #expect((other.due, other.scheduled, other.running) == (1, 0, 0))
            #expect(abs(levels.at - Date().timeIntervalSince1970) < 60)
            #expect(levels.daemons == 1 && levels.refusedWrites == 0 && !levels.isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `due jobs in a line without a place count as held as well`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            for key in ["a", "b", "c"] { try await store.insert(.make(key, group: "document")) }
            try await store.insert(.make("ahead", runAt: "2199-01-01T00:00:00Z", group: "document"))
            try await store.insert("plain")
            func counts() async throws -> [[Int]] {
                try await store.perform { operations in
                    let look = try operations.lookAtQueue().useCases.map {
                        [$0.due, $0.held, $0.scheduled, $0.running]
                    }
                    let totals = try [true, false].map { try operations.statistics(countingEnded: $0).total }
                    return look + totals.map { [$0.due, $0.held, $0.scheduled, $0.running] }
                }
            }
            #expect(try await counts() == Array(repeating: [4, 3, 1, 0], count: 3))
            while try await store.take().names.requestID == "plain" {}
            let after = try await counts()
            #expect(after.allSatisfy { $0[1] <= 2 && $0[3] >= 1 && $0[1] <= $0[0] }, "\(after)")
            #expect(Set(after).count == 1)
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `jobs that wait for others displace no due job of a line from a look, however many they are`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.withSQL { store, run in
            try await store.set("mail", "{}")
            let parent = try await store.insert(.make("parent", useCase: "other")).jobID
            var waiting = try NewJob.make("waits", queue: "mail")
            waiting.after = try AfterJobs([parent])
            try await store.insert(waiting)
            let (jobID, ixID) =
                kind == .sqlite
                ? ("printf('00000000-0000-4000-8000-%012d', i)", "printf('%016d', i)")
                : ("gen_random_uuid()", "lpad(i::text, 16, '0')")
            try await run(
                """
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20100)
                INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, use_case, request, created_at, status, attempts, queue, waits)
                SELECT \(jobID), \(ixID), client_id, 'waits-' || i, use_case, request, created_at, status, attempts, queue, waits
                  FROM ix_jobs, n WHERE request_id = 'waits'
                """)
            try await store.insert(.make("due", runAt: "2001-01-01T00:00:00Z", queue: "mail"))
            for key in 0..<9 { try await store.insert(.make("\(key)", queue: "mail")) }
            let look = try await store.perform { try $0.lookAtQueue() }
            let mail = try #require(look.useCases.first { $0.queue == "mail" })
            #expect(mail.due == 10 && mail.scheduled >= 20_000, "\(mail)")
            #expect(abs((mail.oldestDue ?? 0) - 978_307_200) < 0.01, "\(mail)")
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `kept levels are read as they were, with their age`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            #expect(try await store.perform { try $0.levels() } == nil)
            try await store.insert("due")
            let look = try await store.perform { try $0.lookAtQueue() }
            try await store.perform { try $0.recordLevels(look, by: UUID.random()) }
            let kept = try #require(try await store.perform { try $0.levels() })
            #expect(kept.levels == QueueLevels(text: look.text))
            #expect(kept.levels.useCases.map(\.name) == ["extract"] && (0..<60).contains(kept.age))
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a count beyond the limit is exact once a minute, and carried over between`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            let jobs = try (0..<QueueLevels.exactly + 7).map { try NewJob.make("\($0)") }
            _ = try await store.perform { try $0.insertPendingBatch(jobs) }
            let first = try await store.perform { try QueueLook().levels($0, after: nil) }
            #expect(first.useCases.map(\.due) == [QueueLevels.exactly + 7] && !first.useCases[0].isEstimate)
            try await store.insert("more")
            let second = try await store.perform { try QueueLook().levels($0, after: first) }
            #expect(second.useCases.map(\.due) == [QueueLevels.exactly + 7] && second.useCases[0].isEstimate)
            #expect(second.countedAt == first.countedAt)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `statistics count a short queue anew, and take the kept levels of a long one`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            try await store.insert("first")
            let look = StatisticsLook()
            let short = try await store.perform { try look.statistics($0) }
            #expect(short.total.due == 1 && short.countedAgo == nil && !short.isEstimate)
            for batch in 0..<11 {
                let jobs = try (0..<1000).map { try NewJob.make("\(batch)-\($0)") }
                _ = try await store.perform { try $0.insertPendingBatch(jobs) }
            }
            let long = try await store.perform { try look.statistics($0) }
            #expect(long.total.due == 11_001 && long.countedAgo == 0 && long.daemons == short.daemons)
            #expect(short.total.failedStarts == 0 && long.total.failedStarts == nil)
            #expect(long.total.oldestDue.map { (0..<60).contains($0) } == true)
            let levels = try await store.perform { try QueueLook().levels($0, after: nil) }
            try await store.perform { try $0.recordLevels(levels, by: UUID.random()) }
            try await store.insert("last")
            let kept = try await store.perform { try look.statistics($0) }
            #expect(kept.total.due == 11_001 && kept.countedAgo.map { (0..<30).contains($0) } == true)
        }
    }
}
