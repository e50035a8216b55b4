import FoundationEssentials
import IXCore
import IXPostgres
import IXStore
import IXTestSupport
import Testing

/// The move of jobs that wait for others, of batches, and of the keys of requests.
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

    @Test(arguments: StoreUnderTest.movable)
    func `a repeated request has its first answer after a move, an end and a prune`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { source in
            let job = try await source.insert(.keyed("a", .throttle, seconds: 3600)).jobID
            #expect(try await source.insert(.keyed("b", .throttle, seconds: 3600)).jobID == job)
            let other = try await source.insert(.keyed("a", clientID: "other")).jobID
            _ = try await source.insert(.keyed("b", clientID: "other"))
            // What a copy would take: in the copy's store a repeat would be answered by a job that isn't there.
            #expect(try await source.keys(of: nil).receipts.isEmpty, "receipts of jobs that are still to run stay")
            let passes = try await source.leaving()
            let (receipts, dedupes) = try await source.keys(of: "client")
            #expect(receipts.map(\.jobID) == [job] && dedupes.map(\.jobID) == [job])
            let all = try await source.keys(of: nil)
            #expect(Set(all.receipts.map(\.jobID)) == [job, other] && all.dedupes.count == 2)
            try await kind.with { target in
                try await target.arrive(passes)
                for _ in 0..<2 {
                    try await target.transaction { operations in
                        try operations.restoreReceipts(receipts)
                        try operations.restoreDedupes(dedupes)
                    }
                }
                #expect(try await target.insert(.make("b")).jobID == job)
                #expect(try await target.insert(.keyed("c", .throttle, seconds: 3600)).jobID == job)
                _ = try await target.drain(workers: 1)
                let kept = try await target.keys(of: "client")
                #expect(kept.receipts.filter(receipts.contains) == receipts && kept.receipts.count == 2)
                #expect(kept.dedupes == dedupes)
                #expect(try await target.prunedByWalks(Self.receiptRetention) == 2)
                for key in ["a", "b", "c"] {
                    let answer = try await target.insert(.make(key))
                    #expect(answer.jobID == job && answer.isDuplicate && answer.status == nil, "\(key)")
                }
                let fresh = try await target.insert(.keyed("d", .throttle, seconds: 3600))
                #expect(fresh.jobID == job && fresh.isDuplicate)
            }
        }
    }

    @Test(arguments: StoreUnderTest.movable)
    func `receipts of a client come page by page, whatever lies between`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            for client in ["client", "other"] {
                _ = try await store.insert(.keyed("first", clientID: client))
                for number in 0..<5 { _ = try await store.insert(.keyed("\(number)", clientID: client)) }
            }
            _ = try await store.drain(workers: 1)
            let ones = try await store.keys(of: "client", limit: 2)
            let all = try await store.keys(of: nil, limit: 3)
            #expect(ones.receipts.count == 5 && Set(ones.receipts.map(\.jobID)).count == 1)
            #expect(all.receipts.count == 10 && all.dedupes.count == 2)
        }
    }

    @Test func `receipts of a file get their hashes in PostgreSQL, and hashes are refused by a file`() async throws {
        let names = Receipt(
            .names(clientID: "client", requestID: "a"), jobID: UUID(), at: "2026-03-04T05:06:07.000008Z")
        try await StoreUnderTest.postgres.with { postgres in
            try await postgres.transaction { try $0.restoreReceipts([names]) }
            let answer = try await postgres.insert(.make("a"))
            #expect(answer.jobID == names.jobID && answer.isDuplicate && answer.status == nil)
            let (hashes, _) = try await postgres.keys(of: "client")
            #expect(hashes.count == 1 && hashes[0].at == names.at)
            try await StoreUnderTest.sqlite.with { file in
                let refusal = await #expect(throws: StoreError.self) {
                    try await file.transaction { try $0.restoreReceipts(hashes) }
                }
                #expect(refusal?.description.contains("hashes of PostgreSQL") == true)
            }
        }
    }

    @Test(arguments: [
        (#"{"pair":"0","job_id":"6f9619ff-8b86-4011-b42d-00c04fc964ff","at":"2026-03-04T05:06:07Z"}"#, "pair"),
        (
            #"{"client_id":"c","job_id":"6f9619ff-8b86-4011-b42d-00c04fc964ff","at":"2026-03-04T05:06:07Z"}"#,
            "request_id"
        ),
        (#"{"client_id":"c","request_id":"r","job_id":"7","at":"2026-03-04T05:06:07Z"}"#, "job_id"),
        (#"{"client_id":"c","request_id":"r","job_id":"6f9619ff-8b86-4011-b42d-00c04fc964ff","at":"soon"}"#, "at"),
    ])
    func `a receipt that no store has written is refused with its field`(_ text: String, _ field: String) throws {
        let line = Array("{\"receipts\":[\(text)]}".utf8)
        let refusal = #expect(throws: InvalidInput.self) { try KeysLine(line) }
        #expect(refusal?.field == field)
    }

    @Test func `lines of keys are read as they were written`() throws {
        let receipts = [
            Receipt(.names(clientID: "ü\"", requestID: "r"), jobID: UUID(), at: "2026-03-04T05:06:07.000008Z"),
            Receipt(
                .hashes(pair: String(repeating: "0f", count: 16), client: nil), jobID: UUID(),
                at: "2026-03-04T05:06:07.000008Z"),
        ]
        let dedupe = DedupeRecord(
            clientID: "c", useCase: "u", key: "k", jobID: UUID(), at: "2026-03-04T05:06:07.000008Z",
            keptUntil: "2026-03-04T06:06:07.000008Z")
        for line in [KeysLine.receipts(receipts), .dedupes([dedupe])] {
            let bytes = Array(line.text.utf8.dropLast())
            #expect(ExportLine(bytes) == .keys)
            let read = try KeysLine(bytes)
            #expect(read == line)
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
    fileprivate func leaving(forced: Bool = false) async throws -> [[JobRecord]] {
        var passes: [[JobRecord]] = []
        while case let records = try await taken(forced: forced), !records.isEmpty { passes.append(records) }
        return passes
    }

    /// Restores the passes as an import does: jobs that wait behind all others, the last to leave first.
    fileprivate func arrive(_ passes: [[JobRecord]]) async throws {
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

    /// The receipts and the dedupe keys of a client, page by page.
    fileprivate func keys(
        of clientID: String?, limit: Int = 1
    ) async throws -> (receipts: [Receipt], dedupes: [DedupeRecord]) {
        var (receipts, dedupes): ([Receipt], [DedupeRecord]) = ([], [])
        var position: Receipt.Keys?
        repeat {
            let start = position
            let page = try await perform { try $0.receipts(of: clientID, after: start, limit: limit) }
            receipts += page.receipts
            position = page.next
        } while position != nil
        while true {
            let last = dedupes.last
            let page = try await perform { try $0.dedupes(of: clientID, after: last, limit: limit) }
            guard !page.isEmpty else { return (receipts, dedupes) }
            dedupes += page
        }
    }
}
