import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

/// Operators' wishes for another number of workers.
extension StoreConformance {
    @Suite struct Scales {
        @Test(arguments: StoreUnderTest.operated)
        func `a daemon hears of the wanted number with its heartbeat, until the wish is taken back`(
            _ kind: StoreUnderTest
        ) async throws {
            try await kind.with { store in
                let daemon = try await store.register("one")
                #expect(try await store.wish(daemon, workers: 4) == .some(nil))
                #expect(try await store.scale(DaemonChoice(), to: 9) == [daemon])
                #expect(try await store.wish(daemon, workers: 4) == .some(9))
                let lease = try #require(try await store.leases().first)
                #expect((lease.daemon.workers, lease.wantedWorkers) == (4, 9))
                #expect(try await store.wish(daemon, workers: 9) == .some(9))
                #expect(try await store.leases().first?.daemon.workers == 9)
                #expect(try await store.scale(DaemonChoice(), to: nil) == [daemon])
                #expect(try await store.wish(daemon, workers: 9) == .some(nil))
            }
        }

        @Test(arguments: StoreUnderTest.operated)
        func `a daemon that registers again keeps the wish, and the next start of the daemon has none`(
            _ kind: StoreUnderTest
        ) async throws {
            try await kind.with { store in
                let daemon = DaemonIdentity(instance: "i", host: "h", pid: 7, version: "1", workers: 2)
                try await store.perform { try $0.registerDaemon(daemon, lease: .seconds(600)) }
                _ = try await store.scale(DaemonChoice(daemonID: daemon.daemonID), to: 5)
                try await store.perform { try $0.registerDaemon(daemon, lease: .seconds(600)) }
                #expect(try await store.wish(daemon.daemonID, workers: 5) == .some(5))
                try await store.die(daemon.daemonID)
                #expect(try await store.scale(DaemonChoice(), to: 6) == [])
                let next = DaemonIdentity(instance: "i", host: "h", pid: 8, version: "1", workers: 2)
                try await store.perform { try $0.registerDaemon(next, lease: .seconds(600)) }
                #expect(try await store.wish(next.daemonID, workers: 2) == .some(nil))
                #expect(try await store.leases().first?.daemon.workers == 2)
            }
        }

        @Test(arguments: StoreUnderTest.operated)
        func `only the daemons that are meant hear of it`(_ kind: StoreUnderTest) async throws {
            try await kind.with { store in
                let (day, night) = (try await store.register("day"), try await store.register("night"))
                #expect(try await store.scale(DaemonChoice(instance: "night"), to: 3) == [night])
                #expect(try await store.scale(DaemonChoice(instance: "dawn"), to: 3) == [])
                #expect(try await store.scale(DaemonChoice(instance: "day", daemonID: night), to: 3) == [])
                #expect(try await store.scale(DaemonChoice(daemonID: day), to: 2) == [day])
                #expect(Set(try await store.scale(DaemonChoice(), to: 7)) == [day, night])
                let unknown = try await store.perform {
                    try $0.renewLease(UUID(), lease: .seconds(600), workers: 1)
                }
                #expect(unknown == nil)
            }
        }

        @Test(arguments: StoreUnderTest.operated, [0, 1001, -4])
        func `a number out of bounds is refused in the words of worker.count`(
            _ kind: StoreUnderTest, _ count: Int
        ) async throws {
            try await kind.with { store in
                let daemon = try await store.register("one")
                let refused = await #expect(throws: StoreError.self) {
                    try await store.scale(DaemonChoice(), to: count)
                }
                guard case .invalidInput(let reason)? = refused?.code else {
                    Issue.record("\(String(describing: refused))")
                    return
                }
                #expect(reason.description == "workers: must be 1…1000, is \(count)")
                #expect(try await store.wish(daemon, workers: 1) == .some(nil))
            }
        }
    }
}

extension JobStore {
    fileprivate func register(_ instance: String) async throws -> UUID {
        let daemon = DaemonIdentity(instance: instance, host: "localhost", pid: 1, version: "0")
        try await perform { try $0.registerDaemon(daemon, lease: .seconds(600)) }
        return daemon.daemonID
    }

    fileprivate func scale(_ choice: DaemonChoice, to count: Int?) async throws -> [UUID] {
        try await perform { try $0.scaleWorkers(choice, to: count) }
    }

    /// Sends a heartbeat; returns the wish that it brings, nil for a daemon without a lease.
    fileprivate func wish(_ daemon: UUID, workers: Int) async throws -> Int?? {
        try await perform { try $0.renewLease(daemon, lease: .seconds(600), workers: workers) }.map(\.wantedWorkers)
    }

    fileprivate func leases() async throws -> [DaemonLease] { try await perform { try $0.surroundings() }.daemons }
}
