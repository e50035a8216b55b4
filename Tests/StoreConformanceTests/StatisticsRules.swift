import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases)
    func `the statistics count jobs by use case and status, due apart from scheduled`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            try await store.endOne("done", .success())
            try await store.endOne("broken", .failure)
            try await store.insert("runs")
            let (_, daemon) = try await store.claimed()
            try await store.insert("due", runAt: "2001-01-01T00:00:00Z")
            try await store.insert("ahead", runAt: "2199-01-01T00:00:00Z")
            try await store.insert(.make("other", useCase: "another"))
            let statistics = try await store.perform { try $0.statistics(countingEnded: true) }
            #expect(statistics.useCases.map(\.useCase) == ["another", "extract"])
            let extract = statistics.useCases[1]
            #expect((extract.due, extract.scheduled, extract.running) == (1, 1, 1))
            #expect((extract.done, extract.error) == (1, 1) && statistics.total.due == 2)
            #expect(try #require(extract.oldestDue) > 24 * 365 * 86400)
            #expect(statistics.daemons.filter { $0.jobs == 1 }.map(\.daemon.daemonID) == [daemon])
            #expect(statistics.refusedWrites == 0)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `the statistics count failed starts and callbacks`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            for (key, status) in [("a", CallbackStatus.delivered), ("b", .failed), ("c", nil)] {
                try await store.insert(key)
                let (attempt, _) = try await store.claimed()
                _ = try await store.end(attempt, .success())
                if let status { _ = try await store.perform { try $0.updateCallbackStatus(attempt.jobID, status) } }
            }
            try await store.insert("again")
            _ = try await store.end(store.claimed().attempt, .back())
            let total = try await store.perform { try $0.statistics(countingEnded: true) }.total
            #expect((total.callbacksDelivered, total.callbacksFailed, total.callbacksOutstanding) == (1, 1, 1))
            #expect(total.failedStarts == 1 && total.due == 1)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `only daemons that hold a lease are listed, with what is left of it`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let living = DaemonIdentity(instance: "i", host: "h", pid: 7, version: "1.2")
            try await store.perform { try $0.registerDaemon(living, lease: .seconds(600)) }
            try await store.die(store.daemon())
            let daemons = try await store.perform { try $0.statistics(countingEnded: false) }.daemons
            #expect(daemons.map(\.daemon) == [living] && daemons.first?.jobs == 0)
            let left = try #require(daemons.first).leaseLeft
            #expect(kind.has(.leases) ? left.map { $0 > 500 && $0 <= 600 } == true : left == nil)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `ended jobs can be left out of the statistics`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.endOne("done", .success())
            try await store.insert("waits")
            let total = try await store.perform { try $0.statistics(countingEnded: false) }.total
            #expect(total.done == 0 && total.due == 1)
        }
    }
}
