import IXCore
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    @Suite struct Leases {
        @Test(arguments: StoreUnderTest.allCases)
        func `a lease that ran out is revived, and its daemon still holds what no sweep took`(
            _ kind: StoreUnderTest
        ) async throws {
            try await kind.with { store in
                try await store.insert("a")
                let (attempt, daemon) = try await store.claimed()
                _ = try await store.perform { try $0.renewLease(daemon, lease: .microseconds(1)) }
                let revived = try await store.perform { try $0.renewLease(daemon, lease: .seconds(600)) }
                let held = try await store.perform { try $0.heldClaims(daemon) }
                let swept = try await store.sweep()
                let end = try await store.end(attempt, .success())
                #expect(revived != nil && held.map(\.claimID) == [attempt.claimID] && swept.isEmpty)
                #expect(end == .ended(.done, isCallbackDue: true))
            }
        }

        @Test(arguments: StoreUnderTest.allCases)
        func `a job whose claim still stands takes its end, however long ago the lease ran out`(
            _ kind: StoreUnderTest
        ) async throws {
            try await kind.with { store in
                try await store.insert("a")
                let (attempt, daemon) = try await store.claimed()
                _ = try await store.perform { try $0.renewLease(daemon, lease: .microseconds(1)) }
                let end = try await store.end(attempt, .success())
                #expect(end == .ended(.done, isCallbackDue: true))
            }
        }

        @Test(arguments: StoreUnderTest.allCases)
        func `a sweep that trusts no lease's end takes only what was held by daemons declared gone`(
            _ kind: StoreUnderTest
        ) async throws {
            try await kind.with { store in
                for key in ["a", "b"] { try await store.insert(key) }
                let (_, silent) = try await store.claimed()
                let (gone, daemon) = try await store.claimed()
                _ = try await store.perform { try $0.renewLease(silent, lease: .microseconds(1)) }
                try await store.die(daemon)
                let swept = try await store.perform {
                    try $0.sweepOrphans(limit: 10, leases: .ended)
                }
                #expect(swept.map(\.jobID) == [gone.jobID])
            }
        }

        @Test(arguments: StoreUnderTest.allCases)
        func `a lease is judged by a moment, when the clock may have jumped`(_ kind: StoreUnderTest) async throws {
            try await kind.with { store in
                try await store.insert("a")
                let (attempt, daemon) = try await store.claimed()
                let clock = try #require(try await store.perform { try $0.renewLease(daemon, lease: .microseconds(1)) })
                let before = try await store.perform {
                    try $0.sweepOrphans(limit: 10, leases: .runOutBefore(clock - 1))
                }
                let after = try await store.perform {
                    try $0.sweepOrphans(limit: 10, leases: .runOutBefore(clock + 3600))
                }
                #expect(before.isEmpty)
                #expect(after.map(\.jobID) == (kind.has(.leases) ? [attempt.jobID] : []))
            }
        }
    }
}
