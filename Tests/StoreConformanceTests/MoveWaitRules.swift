import FoundationEssentials
import IXCore
import IXPostgres
import IXStore
import IXTestSupport
import Testing

/// The move of jobs that wait for others, and of batches.
extension StoreConformance {
    @Test(arguments: StoreUnderTest.movable)
    func `a job that waits leaves before those that it waits for, and waits on where it comes in`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            let parents = [try await store.insert("a").jobID, try await store.insert("b").jobID]
            let child = try await store.insert(.following("c", parents)).jobID
            try await store.insert(.following("d", [child], onFailure: .run))
            let passes = try await store.leaving()
            #expect(passes.map { $0.map(\.job.requestID).sorted() } == [["d"], ["c"], ["a", "b"]])
            let waits = passes.joined().compactMap(\.wait)
            let all = parents.sorted { $0.uuidString < $1.uuidString }.map { JobWait.Parent($0, .fail) }
            #expect(waits == [.parents([JobWait.Parent(child, .run)]), .parents(all)])
            try await store.arrive(passes)
            let daemon = try await store.daemon()
            #expect(try await store.ran(daemon) == ["a b", "c", "d"])
        }
    }

    @Test(arguments: StoreUnderTest.movable)
    func `a parent that had ended is waited for no longer, and one that fails the job does so where it comes in`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            let parents = [try await store.insert("a").jobID, try await store.insert("b").jobID]
            for (key, rule) in [("run", AfterJobs.OnFailure.run), ("fail", .fail)] {
                try await store.insert(.following(key, parents, onFailure: rule))
            }
            try await store.settle()
            // No release comes between the end and the move.
            let (attempt, _) = try await store.claimed()
            _ = try await store.end(attempt, .failure)
            let passes = try await store.leaving()
            #expect(passes.count == 2)
            try await store.arrive(passes)
            let daemon = try await store.daemon()
            #expect(try await store.ran(daemon) == ["b", "run"])
            let failed = try await store.perform { try $0.getByCorrelation(clientID: "client", requestID: "fail") }
            #expect(failed?.errorCode == "dependency_failed")
        }
    }

    @Test(arguments: StoreUnderTest.movable, BatchRule.allCases)
    func `a batch moves with its members, and its finisher runs once`(_ kind: StoreUnderTest, _ rule: BatchRule)
        async throws
    {
        try await kind.with { store in
            let batch = try await store.batch("f", onFailure: rule)
            let first = try await store.insert(.member("a", of: batch)).jobID
            try await store.insert(.member("b", of: batch, after: [first]))
            try await store.insert(.member("c", of: batch))
            let daemon = try await store.daemon()
            let done = try #require(try await store.next(daemon))
            _ = try await store.end(done.attempt, .success())
            let passes = try await store.leaving()
            // The finisher, then the member that waits, then the rest.
            #expect(passes.first?.map(\.job.jobID) == [batch])
            try await store.arrive(passes)
            let state = try await store.state(batch)
            #expect(state.phase == .waiting && state.members == 3 && state.ended == 1 && state.onFailure == rule)
            #expect(try await store.list(.members(of: batch)).count == 3)
            let next = try #require(try await store.next(daemon))
            _ = try await store.end(next.attempt, .failure)
            let ran = try await store.ran(daemon)
            let ended = try await store.state(batch)
            #expect(ended.phase == .ended && ended.members == 3)
            let finisher = try await store.job(batch)
            #expect(finisher.status == (rule == .run ? .done : .error), "\(ran)")
            #expect(ran.joined(separator: " ").split(separator: " ").count { $0 == "f" } == (rule == .run ? 1 : 0))
        }
    }

    @Test(arguments: StoreUnderTest.movable)
    func `an open batch stays open, and a cancelled one is cancelled where it comes in`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            let (open, cancelled) = (try await store.batch("open", isOpen: true), try await store.batch("cancelled"))
            for batch in [open, cancelled] { try await store.insert(.member("m\(batch)", of: batch)) }
            let daemon = try await store.daemon()
            // The member of the cancelled batch runs, so that the finisher waits for its end.
            let later = try #require(try await store.list(.members(of: open)).first).jobID
            _ = try await store.perform { try $0.reschedule(later, runAt: "2199-01-01T00:00:00Z", priority: nil) }
            let running = try #require(try await store.next(daemon))
            #expect(try await store.perform { try $0.cancelBatch(cancelled) } == .cancelling)
            let passes = try await store.leaving(forced: true)
            try await store.arrive(passes)
            #expect(try await store.end(running.attempt, .success()) == .fenced)
            try await store.settle()
            try await store.settle()
            #expect(try await store.job(cancelled).errorCode == "cancelled")
            #expect(try await store.state(open).isOpen)
            #expect(try await store.perform { try $0.cancelBatch(open) } == .cancelled)
        }
    }

    @Test(arguments: StoreUnderTest.movable)
    func `a member that comes in behind its finisher is waited for, too`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let batch = try await store.batch("f")
            for key in ["a", "b"] { try await store.insert(.member(key, of: batch)) }
            var passes = try await store.leaving()
            let late = passes[1].removeLast()
            try await store.arrive(passes)
            _ = try await store.restore([late])
            #expect(try await store.state(batch).members == 2)
            let daemon = try await store.daemon()
            #expect(try await store.ran(daemon) == ["a b", "f"])
        }
    }

    @Test(arguments: StoreUnderTest.movable)
    func `a member that ended while its finisher came in is noted`(_ kind: StoreUnderTest) async throws {
        try await kind.withSQL { store, sql in
            let batch = try await store.batch("f")
            try await store.insert(.member("a", of: batch))
            try await store.arrive(try await store.leaving())
            let daemon = try await store.daemon()
            let job = try #require(try await store.next(daemon))
            _ = try await store.end(job.attempt, .success())
            // A pass took the note before it could see what the finisher waits for.
            if kind == .postgres { try await sql("DELETE FROM ix_ended") }
            try await store.noteMembers(of: batch)
            #expect(try await store.ran(daemon) == ["f"])
        }
    }
}

extension JobFilter {
    fileprivate static func members(of batch: UUID) -> JobFilter {
        var filter = JobFilter()
        filter.batchID = batch
        return filter
    }
}

extension JobStore {
    /// Takes and removes pass after pass, as an export does, until nothing leaves any more.
    func leaving(forced: Bool = false) async throws -> [[JobRecord]] {
        var passes: [[JobRecord]] = []
        while case let records = try await taken(forced: forced), !records.isEmpty { passes.append(records) }
        return passes
    }

    /// Restores the passes as an import does: jobs that wait behind all others, the last to leave first.
    func arrive(_ passes: [[JobRecord]]) async throws {
        let plain = passes.map { $0.filter { $0.wait == nil } }
        let waiting = passes.reversed().map { $0.filter { $0.wait != nil } }
        for records in plain + waiting where !records.isEmpty {
            let answers = try await restore(records)
            guard answers.allSatisfy({ $0 == .inserted }) else { throw TestFailure("\(answers)") }
        }
        for record in waiting.joined() {
            if case .members = record.wait { try await noteMembers(of: record.job.jobID) }
        }
    }

    fileprivate func noteMembers(of batchID: UUID) async throws {
        var last: UUID?
        repeat {
            let start = last
            last = try await perform { try $0.noteMembers(of: batchID, after: start, limit: 1) }
        } while last != nil
    }

    /// Claims and ends what starts, round after round; returns the requests of each round.
    fileprivate func ran(_ daemon: UUID) async throws -> [String] {
        var rounds: [String] = []
        while true {
            try await settle()
            var round: [ClaimedJob] = []
            while let job = try await claim(daemon) { round.append(job) }
            guard !round.isEmpty else { return rounds }
            for job in round { _ = try await end(job.attempt, .success()) }
            rounds.append(round.map(\.names.requestID).sorted().joined(separator: " "))
        }
    }
}
