import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    @Suite struct Suspects {
        @Test(arguments: StoreUnderTest.allCases)
        func `a daemon's death costs its jobs no start, and half of them run again at a time`(
            _ kind: StoreUnderTest
        ) async throws {
            try await kind.with { store in
                let held = try await store.dying(4)
                let swept = try await store.sweep()
                #expect(Set(swept.map(\.jobID)) == Set(held) && swept.allSatisfy { $0.status == .pending })
                for job in try await store.jobs(held) { #expect(job.maxAttempts - job.attempts == 3) }
                let again = try await store.claimAll().map(\.attempt)
                #expect(again.count == 2)
                let outcomes = try await store.perform { try $0.attempts(of: held[0]) }.map(\.note.outcome)
                #expect(outcomes == [AttemptOutcome.suspect.rawValue])
            }
        }

        @Test(arguments: StoreUnderTest.allCases)
        func `jobs that did not run at the death run as usual`(_ kind: StoreUnderTest) async throws {
            try await kind.with { store in
                let held = try await store.dying(4)
                _ = try await store.sweep()
                let others = [try await store.insert("x"), try await store.insert("y")].map(\.jobID)
                let claimed = try await store.claimAll().map(\.attempt.jobID)
                #expect(Set(others).isSubset(of: claimed) && claimed.count == 4)
                #expect(held.count { claimed.contains($0) } == 2)
            }
        }

        @Test(arguments: StoreUnderTest.allCases)
        func `as suspects end the others' turns come, until there are none`(_ kind: StoreUnderTest) async throws {
            try await kind.with { store in
                let held = try await store.dying(4)
                _ = try await store.sweep()
                var ended: Set<UUID> = []
                for _ in 0..<4 {
                    for job in try await store.claimAll() {
                        _ = try await store.end(job.attempt, .success())
                        ended.insert(job.attempt.jobID)
                    }
                    _ = try await store.perform { try $0.updateSuspects() }
                }
                let left = try await store.perform { try $0.updateSuspects() }
                #expect(ended == Set(held) && left == .none)
                for job in try await store.jobs(held) { #expect(job.status == .done) }
            }
        }

        @Test(arguments: StoreUnderTest.allCases)
        func `a suspect that goes back for a reason of its own is none any longer`(_ kind: StoreUnderTest) async throws
        {
            try await kind.with { store in
                _ = try await store.dying(2)
                _ = try await store.sweep()
                let first = try #require(try await store.claimAll().first)
                _ = try await store.end(first.attempt, .back())
                let count = try await store.perform { try $0.updateSuspects() }
                #expect(count == SuspectCount(suspects: 1, released: 1))
            }
        }

        @Test(arguments: StoreUnderTest.allCases)
        func `a job that kills its daemon is found, and it alone is charged`(_ kind: StoreUnderTest) async throws {
            try await kind.with { store in
                var poison: UUID?
                for index in 0..<16 {
                    let job = try await store.insert("\(index)")
                    if index == 11 { poison = job.jobID }
                }
                var deaths = 0
                while try await store.job(try #require(poison)).status != .error, deaths < 20 {
                    let daemon = try await store.daemon()
                    let running = try await store.claimSome(daemon)
                    if running.contains(where: { $0.attempt.jobID == poison }) {
                        deaths += 1
                        try await store.die(daemon)
                        _ = try await store.sweep()
                    } else {
                        for job in running { _ = try await store.end(job.attempt, .success()) }
                        _ = try await store.perform { try $0.updateSuspects() }
                    }
                }
                // The first death, four to find it, and two more starts that are its own.
                #expect(deaths <= 1 + 4 + 3, "\(deaths)")
                while true {
                    let daemon = try await store.daemon()
                    let running = try await store.claimAll(daemon)
                    let count = try await store.perform { try $0.updateSuspects() }
                    if running.isEmpty, count == .none { break }
                    for job in running { _ = try await store.end(job.attempt, .success()) }
                }
                let all = try await store.perform { try $0.list(JobFilter(), after: nil, limit: 100) }
                #expect(all.count { $0.status == .done } == 15 && all.count { $0.status == .error } == 1)
            }
        }

        @Test(arguments: StoreUnderTest.allCases)
        func `a power cut after the other costs nothing while more than one suspect runs`(
            _ kind: StoreUnderTest
        ) async throws {
            try await kind.with { store in
                let held = try await store.dying(8)
                _ = try await store.sweep()
                for _ in 0..<2 {
                    let daemon = try await store.daemon()
                    #expect(try await store.claimAll(daemon).count > 1)
                    try await store.die(daemon)
                    _ = try await store.sweep()
                }
                for job in try await store.jobs(held) { #expect(job.maxAttempts - job.attempts == 3) }
            }
        }

        @Test(arguments: StoreUnderTest.allCases)
        func `a job that may be started once is not started again`(_ kind: StoreUnderTest) async throws {
            try await kind.with { store in
                try await store.insert("a", maxAttempts: 1)
                try await store.insert("b")
                let daemon = try await store.daemon()
                #expect(try await store.claimAll(daemon).count == 2)
                try await store.die(daemon)
                let swept = try await store.sweep()
                #expect(swept.count { $0.status == .error } == 1 && swept.count { $0.status == .pending } == 1)
            }
        }
    }
}

extension JobStore {
    /// So many jobs that ran in a daemon that is dead.
    fileprivate func dying(_ count: Int) async throws -> [UUID] {
        for index in 0..<count { try await insert("\(index)") }
        let daemon = try await daemon()
        let held = try await claimAll(daemon).map(\.attempt.jobID)
        try await die(daemon)
        return held
    }

    fileprivate func claimAll(_ daemon: UUID) async throws -> [ClaimedJob] {
        var jobs: [ClaimedJob] = []
        while let job = try await claim(daemon) { jobs.append(job) }
        return jobs
    }

    /// Those that are due now, or soon: one that was charged waits before its next start.
    fileprivate func claimSome(_ daemon: UUID) async throws -> [ClaimedJob] {
        var jobs: [ClaimedJob] = []
        _ = try await eventually {
            jobs = try await claimAll(daemon)
            return !jobs.isEmpty
        }
        return jobs
    }

    fileprivate func jobs(_ ids: [UUID]) async throws -> [Job] {
        var jobs: [Job] = []
        for id in ids { jobs.append(try await job(id)) }
        return jobs
    }
}
