import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases)
    func `a failed callback is delivered again from the schedule's beginning, with the same bytes`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            let jobID = try await EndPath.done.end("a", store, url: "http://a/")
            let first = try await store.dueCallbacks()[0]
            _ = try await store.recordDelivery(first, .failed)
            let result = try await store.perform { try $0.redeliver([jobID]) }
            let again = try await store.dueCallbacks()
            #expect(result == [Redelivery(jobID: jobID, result: .due)])
            #expect(again.map(\.body) == [first.body] && again[0].retryIndex == 0 && again[0].tries == 1)
            _ = try await store.recordDelivery(again[0], .delivered)
            let told = try await store.job(jobID).callbackStatus
            #expect(told == .delivered)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a delivered callback can be delivered again, and stays delivered whatever comes of it`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            let jobID = try await EndPath.done.end("a", store, url: "http://a/")
            let first = try await store.dueCallbacks()[0]
            _ = try await store.recordDelivery(first, .delivered)
            _ = try await store.perform { try $0.redeliver([jobID]) }
            let again = try await store.dueCallbacks()
            #expect(again.map(\.body) == [first.body])
            _ = try await store.recordDelivery(again[0], .failed)
            let told = try await store.job(jobID).callbackStatus
            #expect(told == .delivered)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `what can't be delivered again says why`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let quiet = try await EndPath.done.end("quiet", store, url: nil)
            let inHand = try await EndPath.done.end("in hand", store, url: "http://a/")
            _ = try await store.dueCallbacks()
            let waiting = try await store.insert("waiting").jobID
            let unknown = UUID()
            let results = try await store.perform { try $0.redeliver([quiet, inHand, waiting, unknown]) }
            let byJob = Dictionary(uniqueKeysWithValues: results.map { ($0.jobID, $0.result) })
            #expect(byJob == [quiet: .noURL, inHand: .underWay, waiting: .notEnded, unknown: .notFound])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `the outbox is listed by state, client and endpoint`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let failed = try await EndPath.done.end("a", store, url: "http://a/")
            _ = try await store.recordDelivery(store.dueCallbacks()[0], .failed)
            let delivered = try await EndPath.done.end("b", store, url: "http://b/")
            _ = try await store.recordDelivery(store.dueCallbacks()[0], .delivered)
            let due = try await EndPath.error.end("c", store, url: "http://c/")
            let list = { (filter: CallbackFilter) in
                try await store.perform { try $0.callbacks(filter, limit: 10) }.map(\.jobID)
            }
            let all = try await list(CallbackFilter(states: Set(CallbackRecord.State.allCases)))
            #expect(all == [due, failed, delivered])
            #expect(try await list(CallbackFilter(states: [.failed])) == [failed])
            #expect(try await list(CallbackFilter(states: [.due, .failed], endpoint: "HTTP://A")) == [failed])
            #expect(try await list(CallbackFilter(states: [.due], clientID: "somebody")).isEmpty)
            let counts = try await store.perform { try $0.statistics(countingEnded: false) }.callbacks
            #expect(counts.due == 1 && counts.failed == 1 && counts.retrying == 0 && counts.oldest != nil)
        }
    }

    @Test(arguments: StoreUnderTest.movable)
    func `a callback that is due moves with its job and is sent from where it arrives`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            let due = try await EndPath.done.end("a", store, url: "http://a/")
            let told = try await EndPath.done.end("b", store, url: "http://b/")
            let inHand = try await store.dueCallbacks()
            _ = try await store.recordDelivery(#require(inHand.first { $0.jobID == told }), .delivered)
            let records = try await store.transaction { operations in
                let records = try operations.takeRecords(after: nil, limit: 10, forced: false)
                try operations.removeTaken(records.map(\.job.jobID))
                return records
            }
            #expect(Set(records.filter(\.isCallbackDue).map(\.job.jobID)) == [due])
            let late = try await store.recordDelivery(#require(inHand.first { $0.jobID == due }), .delivered)
            #expect(!late)
            _ = try await store.transaction { try $0.restore(records) }
            let arrived = try await store.dueCallbacks()
            #expect(
                arrived.map(\.jobID) == [due] && arrived.map(\.body) == inHand.filter { $0.jobID == due }.map(\.body))
        }
    }
}
