import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases)
    func `the sweep takes what a dead daemon held and adds one attempt`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("a")
            try await store.insert("b")
            try await store.insert("pending")
            let daemon = try await store.daemon()
            let held = [try await store.claim(daemon), try await store.claim(daemon)].compactMap { $0?.attempt.jobID }
            try await store.die(daemon)
            let swept = try await store.sweep()
            #expect(Set(swept.map(\.jobID)) == Set(held) && swept.count == 2)
            #expect(swept.allSatisfy { $0.status == .pending && $0.attempts == 1 && !$0.isCallbackDue })
            let job = try await store.job(held[0])
            #expect(job.status == .pending && job.attempts == 1 && job.claimID == nil && job.daemonID == nil)
            let again = try await store.sweep()
            #expect(again.isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `the sweep takes nothing from a daemon that holds its lease`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("a")
            let (attempt, _) = try await store.claimed()
            let swept = try await store.sweep()
            let status = try await store.job(attempt.jobID).status
            #expect(swept.isEmpty && status == .running)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a lease that has run out makes orphans, and without leases time makes none`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            try await store.insert("a")
            let (attempt, daemon) = try await store.claimed()
            let renewed = try await store.perform { try $0.renewLease(daemon, lease: .milliseconds(1)) }
            #expect(renewed != nil)
            guard kind.has(.leases) else {
                let swept = try await store.sweep()
                let stillHeld = try await store.perform { try $0.renewLease(daemon, lease: .milliseconds(1)) }
                return #expect(swept.isEmpty && stillHeld != nil)
            }
            let swept = try await eventually { try await store.sweep().map(\.jobID) == [attempt.jobID] }
            #expect(swept)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `the sweep leaves alone what was finished meanwhile`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("a")
            let (attempt, daemon) = try await store.claimed()
            _ = try await store.end(attempt, .success())
            try await store.die(daemon)
            let before = try await store.job(attempt.jobID)
            let swept = try await store.sweep()
            let after = try await store.job(attempt.jobID)
            #expect(swept.isEmpty && after == before && after.status == .done)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `sweeps and ends at the same time never undo an end`(_ kind: StoreUnderTest) async throws {
        try await kind.with(connections: 6) { store in
            try await store.transaction { operations in
                for index in 0..<60 { _ = try operations.insertPending(.make("\(index)")) }
            }
            let daemon = try await store.daemon()
            var attempts: [Attempt] = []
            while let job = try await store.claim(daemon) { attempts.append(job.attempt) }
            try await store.die(daemon)
            let held = attempts
            async let swept = store.sweepAll()
            let results = try await withThrowingTaskGroup(of: CompletionResult.self) { group in
                for attempt in held { group.addTask { try await store.end(attempt, .success()) } }
                return try await group.reduce(into: [CompletionResult]()) { $0.append($1) }
            }
            let back = try await swept
            let jobs = try await store.perform { operations in try held.map { try operations.get($0.jobID)! } }
            #expect(jobs.count { $0.status == .done } == results.count { $0 != .fenced })
            #expect(jobs.count { $0.status == .pending && $0.response == nil } == Set(back.map(\.jobID)).count)
            #expect(jobs.allSatisfy { $0.status == .done || $0.status == .pending })
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a sweep takes as many as it is told at most`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            for index in 0..<5 { try await store.insert("\(index)") }
            let daemon = try await store.daemon()
            for _ in 0..<5 { _ = try await store.claim(daemon) }
            try await store.die(daemon)
            let counts = [
                try await store.sweep(limit: 2).count, try await store.sweep(limit: 2).count,
                try await store.sweep(limit: 2).count, try await store.sweep(limit: 2).count,
            ]
            #expect(counts == [2, 2, 1, 0])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `the sweep ends a job whose starts are used up, with its callback due`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let inserted = try await store.insert("a", maxAttempts: 1)
            let (_, daemon) = try await store.claimed()
            try await store.die(daemon)
            let swept = try #require(try await store.sweep().first)
            #expect(swept.status == .error && swept.attempts == 1 && swept.names.requestID == "a")
            let job = try await store.job(inserted.jobID)
            #expect(job.status == .error && job.finishedAt != nil && job.callbackStatus == nil)
            #expect(swept.isCallbackDue && job.response != nil)
            try job.expectExhausted(inserted)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a job that was swept twice waits before its next start`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let inserted = try await store.insert("a", maxAttempts: 5)
            for _ in 0..<2 {
                let (_, daemon) = try await store.claimed()
                try await store.die(daemon)
                _ = try await store.sweep()
            }
            let job = try await store.job(inserted.jobID)
            #expect(job.status == .pending && job.attempts == 2 && job.runAt != nil)
        }
    }
}

extension JobStore {
    fileprivate func sweepAll() async throws -> [HandedBack] {
        var all: [HandedBack] = []
        for _ in 0..<10 { all += try await sweep(limit: 10) }
        return all
    }
}
