import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

/// Lists of batches, and their bound.
extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases)
    func `batches whose finisher waits are listed oldest first, page by page and by client`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            let ids = [
                try await store.batch("a"), try await store.batch("b", isOpen: true), try await store.batch("c"),
            ]
            let other = try await store.insertFinisher(.make("d", clientID: "other"))
            for key in ["m", "n"] { try await store.insert(.member(key, of: ids[1])) }
            let all = try await store.batches()
            #expect(all.map(\.batchID) == ids + [other])
            #expect(all.map(\.isOpen) == [false, true, false, false] && all.map(\.openMembers) == [0, 2, 0, 0])
            #expect(all.allSatisfy { $0.phase == .waiting && $0.onFailure == .run && $0.expiresAt == nil })
            #expect(all[0].names.requestID == "a" && all[0].names.useCase == "extract")
            #expect(all[0].createdAt == (try await store.job(ids[0])).createdAt)
            let first = try await store.batches(limit: 2)
            let rest = try await store.batches(after: ListPosition(cursor: try #require(first.last).position.cursor))
            #expect(first.map(\.batchID) == Array(ids[..<2]) && rest.map(\.batchID) == [ids[2], other])
            #expect(try await store.batches(of: "other").map(\.batchID) == [other])
            #expect(try await store.batches(of: "no\0body").isEmpty)
            let daemon = try await store.daemon()
            let running = try #require(try await store.next(daemon))
            _ = try await store.perform { try $0.cancelBatch(ids[1]) }
            #expect(try await store.batches().map(\.phase) == [.waiting, .cancelling, .waiting, .waiting])
            _ = try await store.end(running.attempt, .success())
            try await store.settle()
            #expect(try await store.batches().map(\.batchID) == [ids[0], ids[2], other])
            #expect(try await store.perform { try $0.closeBatch(ids[0]) } == .closed)
            try await store.settle()
            #expect(try await store.batches().map(\.batchID) == [ids[2], other])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `an open batch ends at its finisher's expires_at, and its members go on`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let job = try NewJob.make(
                "f", callbackURL: "https://caller.example/", expiresAt: "2001-01-01T00:00:00Z")
            let batch = try await store.insertFinisher(job, isOpen: true)
            #expect(try await store.batches().first?.expiresAt == "2001-01-01T00:00:00.000000Z")
            try await store.insert(.member("m", of: batch))
            let ended = try await store.perform { try $0.expirePending(limit: 10) }
            #expect(ended.map(\.jobID) == [batch] && ended.first?.errorCode == "expired")
            try await store.settle()
            #expect(try await store.batches().isEmpty)
            #expect(try await store.state(batch).phase == .ended)
            #expect(try await store.dueCallbacks().map(\.jobID) == [batch])
            let late = await #expect(throws: StoreError.self) { try await store.insert(.member("n", of: batch)) }
            #expect(late?.message.hasPrefix("batch_id: ") == true)
            let member = try #require(try await store.next(try await store.daemon()))
            #expect(member.names.requestID == "m")
            _ = try await store.end(member.attempt, .success())
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a batch of more members than a step cancels ends once, with each member`(_ kind: StoreUnderTest) async throws
    {
        try await kind.with { store in
            let batch = try await store.batch("f", onFailure: .cancelRest)
            let count = 1200
            for first in stride(from: 0, to: count, by: 200) {
                _ = try await store.insertBatch((0..<200).map { try .member("\(first + $0)", of: batch) })
            }
            let daemon = try await store.daemon()
            let (failing, running) = (
                try #require(try await store.next(daemon)), try #require(try await store.claim(daemon))
            )
            _ = try await store.end(failing.attempt, .failure)
            var state = try await store.state(batch)
            for _ in 0..<50 where state.ended < count - 1 {
                try await store.settle()
                state = try await store.state(batch)
            }
            #expect(state.phase == .cancelling && state.ended == count - 1 && state.running == 1, "\(state)")
            _ = try await store.end(running.attempt, .success())
            for _ in 0..<50 where state.phase != .ended {
                try await store.settle()
                state = try await store.state(batch)
            }
            #expect(state.phase == .ended && state.status == .error && state.failed == count, "\(state)")
            var (seen, position): (Set<UUID>, ListPosition?) = ([], nil)
            var filter = JobFilter()
            filter.batchID = batch
            repeat {
                let page = try await store.list(filter, after: position, limit: 400)
                #expect(seen.isDisjoint(with: page.map(\.jobID)))
                seen.formUnion(page.map(\.jobID))
                position = page.last?.position
            } while position != nil
            #expect(seen.count == count)
        }
    }
}

extension JobStore {
    fileprivate func batches(
        of clientID: String? = nil, after: ListPosition? = nil, limit: Int = 100
    ) async throws -> [BatchSummary] {
        try await perform { try $0.batches(of: clientID, after: after, limit: limit) }
    }

    fileprivate func insertFinisher(_ job: NewJob, isOpen: Bool = false) async throws -> UUID {
        try await perform { try $0.insertBatch(NewBatch(job, isOpen: isOpen)) }.jobID
    }
}
