import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases.filter { !$0.has(.moves) })
    func `without the right to move jobs none leaves and none comes in`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.fill()
            let before = try await store.look()
            let refusal = await #expect(throws: StoreError.self) { try await store.taken(forced: true) }
            let after = try await store.look()
            #expect(refusal?.code == .permission && after == before)
        }
    }

    @Test(arguments: StoreUnderTest.movable)
    func `a job that leaves and comes back keeps every field`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.fill()
            let before = try await store.taken(forced: true)
            let gone = try await store.taken(forced: true)
            #expect(before.count == 5 && gone.isEmpty)
            let answers = try await store.restore(before)
            let after = try await store.look()
            #expect(answers.allSatisfy { $0 == .inserted } && after == before)
            let jobs = try await store.perform { operations in try before.map { try operations.get($0.job.jobID) } }
            let attempts = try await store.perform { operations in
                try before.map { try operations.attempts(of: $0.job.jobID) }
            }
            #expect(jobs == before.map(\.job) && attempts == before.map(\.attempts))
        }
    }

    @Test(arguments: StoreUnderTest.movable)
    func `what only a restore can set is kept too, to the microsecond`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert(
                .make("a", #"{"big":12345678901234567890,"dec":1.10,"far":1e400,"text":"ü😀\t\"\\"}"#))
            var record = try #require(try await store.taken().first)
            record.job.createdAt = "1999-12-31T23:59:59.999999Z"
            record.job.runAt = "2199-02-28T00:00:00.000001Z"
            record.job.cancelRequestedAt = "2026-03-04T05:06:07.000008Z"
            record.job.resubmitOf = UUID()
            record.job.priority = -7
            (record.job.queue, record.job.groupKey) = ("extract", "document")
            let given = record
            _ = try await store.restore([given])
            let (kept, job) = (try await store.look(), try await store.job(given.job.jobID))
            let request = try JSONDocument(request: job.request)
            #expect(kept == [given] && job == given.job)
            #expect(request["big"]?.text == "12345678901234567890" && request["dec"]?.text == "1.10")
            #expect(request["text"]?.string == "ü😀\t\"\\")
        }
    }

    @Test(arguments: StoreUnderTest.movable)
    func `a restore of what is there changes nothing and says so`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.fill()
            let records = try await store.taken(forced: true)
            _ = try await store.restore(records)
            var other = records
            for index in other.indices { other[index].job.callbackURL = "https://other.example/" }
            let given = other
            let again = try await store.restore(given)
            let kept = try await store.look()
            let none = try await store.restore([])
            #expect(again.allSatisfy { $0 == .alreadyThere } && kept == records && none.isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.movable)
    func `a restore leaves out what another job's keys stand for, and takes the rest`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            for key in ["a", "b", "c"] { try await store.insert(key) }
            let records = try await store.taken()
            let holder = try await store.insert("b")
            let answers = try await store.restore(records)
            let expected = records.map { $0.job.requestID == "b" ? Restored.keysTaken(by: holder.jobID) : .inserted }
            let lost = try #require(records.first { $0.job.requestID == "b" })
            let missing = try await store.perform { try $0.get(lost.job.jobID) }
            #expect(answers == expected && missing == nil)
        }
    }

    @Test(arguments: StoreUnderTest.movable)
    func `a running job leaves only by force, as pending with one more attempt and no claim`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            try await store.insert("a")
            let (attempt, _) = try await store.claimed()
            let unforced = try await store.taken()
            let status = try await store.job(attempt.jobID).status
            let taken = try await store.taken(forced: true)
            let job = try #require(taken.first).job
            #expect(unforced.isEmpty && status == .running && taken.count == 1)
            #expect(job.status == .pending && job.attempts == 1 && job.startedAt == nil)
            #expect(job.claimID == nil && job.daemonID == nil)
        }
    }

    @Test(arguments: StoreUnderTest.movable)
    func `a running job whose starts are used up leaves in error, as the sweep ends it`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            let inserted = try await store.insert("a", maxAttempts: 1)
            _ = try await store.claimed()
            let job = try #require(try await store.taken(forced: true).first).job
            #expect(job.status == .error && job.attempts == 1 && job.finishedAt != nil && job.callbackStatus == nil)
            try job.expectExhausted(inserted)
        }
    }

    @Test(arguments: StoreUnderTest.movable)
    func `a take that is rolled back leaves every job as it was, and a running one to its daemon`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            try await store.insert("a")
            try await store.insert("b")
            let (attempt, _) = try await store.claimed()
            let before = try await store.perform { try $0.list(JobFilter(), after: nil, limit: 10).map(\.jobID) }
            await #expect(throws: Rollback.self) {
                try await store.transaction { operations in
                    let records = try operations.takeRecords(after: nil, limit: 10, forced: true)
                    try operations.removeTaken(records.map(\.job.jobID))
                    throw Rollback()
                }
            }
            let after = try await store.perform { try $0.list(JobFilter(), after: nil, limit: 10).map(\.jobID) }
            let result = try await store.end(attempt, .success())
            #expect(after == before && after.count == 2 && result != .fenced)
        }
    }

    @Test(arguments: StoreUnderTest.movable)
    func `a late end is fenced, whether its job is gone or has come back`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert("a")
            let (attempt, _) = try await store.claimed()
            let records = try await store.taken(forced: true)
            let late = try await store.end(attempt, .success())
            _ = try await store.restore(records)
            let later = try await store.end(attempt, .success())
            let claimed = try #require(try await store.claim(try await store.daemon()))
            let latest = try await store.end(attempt, .success())
            #expect(late == .fenced && later == .fenced && latest == .fenced)
            #expect(claimed.attempt.jobID == attempt.jobID && claimed.attempt.attempts == 1)
            let own = try await store.end(claimed.attempt, .success())
            #expect(own != .fenced)
        }
    }

    @Test(arguments: StoreUnderTest.movable)
    func `ended records come by id, page after page, without those that live`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            for index in 0..<7 {
                try await store.insert("\(index)")
                _ = try await store.end(try await store.claimed().attempt, index % 2 == 0 ? .success() : .failure)
            }
            try await store.insert("waits")
            try await store.insert("runs")
            _ = try await store.claimed()
            var (records, position): ([JobRecord], UUID?) = ([], nil)
            repeat {
                let start = position
                let page = try await store.perform { try $0.endedRecords(after: start, limit: 3) }
                records += page
                position = page.last?.job.jobID
            } while position != nil
            let found = records
            let ids = found.map(\.job.jobID.uuidString)
            #expect(found.count == 7 && ids == ids.sorted() && found.allSatisfy { $0.job.status.isTerminal })
            let jobs = try await store.perform { operations in try found.map { try operations.get($0.job.jobID) } }
            #expect(jobs == found.map(\.job))
        }
    }

    @Test(arguments: StoreUnderTest.movable)
    func `large documents make shorter pages, and none is left out`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let answer = String(repeating: "x", count: 3 << 20)
            for index in 0..<5 {
                try await store.insert("\(index)")
                _ = try await store.end(try await store.claimed().attempt, .success(#"{"answer":"\#(answer)"}"#))
            }
            var counts: [Int] = []
            while true {
                let page = try await store.taken(limit: 500)
                guard !page.isEmpty else { break }
                counts.append(page.count)
            }
            #expect(counts == [3, 2])
        }
    }

    @Test(arguments: StoreUnderTest.movable)
    func `of a job that started without end the newest attempts travel`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let inserted = try await store.insert("a", maxAttempts: 0)
            let daemon = try await store.daemon()
            for number in 1...JobRecord.attemptLimit + 2 {
                let job = try #require(try await store.claim(daemon))
                let note = AttemptNote(outcome: "retry", exitStatus: nil, logTail: "\(number)")
                _ = try await store.end(job.attempt, .back(), note: note)
            }
            let all = try await store.perform { try $0.attempts(of: inserted.jobID) }
            let record = try #require(try await store.taken().first)
            #expect(all.count == JobRecord.attemptLimit + 2)
            #expect(record.attempts == Array(all.suffix(JobRecord.attemptLimit)))
        }
    }

    @Test(arguments: StoreUnderTest.movable)
    func `a batch is entered once, and a rolled-back entry is none`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let batch = MovedBatch(exportID: UUID(), number: 1, direction: .left)
            await #expect(throws: Rollback.self) {
                try await store.transaction { operations in
                    _ = try operations.enterMovedBatch(batch)
                    throw Rollback()
                }
            }
            let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<4 { group.addTask { try await store.transaction { try $0.enterMovedBatch(batch) } } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count { $0 } == 1 && answers.count == 4)
            for other in [
                MovedBatch(exportID: batch.exportID, number: 2, direction: .left),
                MovedBatch(exportID: batch.exportID, number: 1, direction: .arrived),
                MovedBatch(exportID: UUID(), number: 1, direction: .left),
            ] {
                let entered = try await store.transaction { try $0.enterMovedBatch(other) }
                #expect(entered)
            }
        }
    }
}

extension JobStore {
    /// One job of every kind: waiting, scheduled, handed back, done with its caller told, in error with a log.
    fileprivate func fill() async throws {
        try await insert("fails")
        let note = AttemptNote(outcome: "failed", exitStatus: "exit 3", logTail: "one\n\u{1B}[31mtwo\t\"ü\"")
        _ = try await end(try await claimed().attempt, .failure, note: note)
        try await insert("succeeds")
        let (attempt, _) = try await claimed()
        _ = try await end(attempt, .success(#"{"error":null,"n":12345678901234567890,"m":1.10,"e":1e400}"#))
        _ = try await perform { try $0.updateCallbackStatus(attempt.jobID, .delivered) }
        try await insert("retried", maxAttempts: 5)
        _ = try await end(try await claimed().attempt, .back(pause: .seconds(60)), note: note)
        try await insert(
            .make("scheduled", runAt: "2199-01-01T00:00:00.000001Z", maxAttempts: 0, expiresAt: "2200-01-01T00:00:00Z"))
        try await insert("waits")
    }

    /// Takes and removes in one transaction.
    func taken(limit: Int = 100, forced: Bool = false) async throws -> [JobRecord] {
        try await transaction { operations in
            let records = try operations.takeRecords(after: nil, limit: limit, forced: forced)
            try operations.removeTaken(records.map(\.job.jobID))
            return records
        }
    }

    /// The same without removing.
    fileprivate func look() async throws -> [JobRecord] {
        try await transaction { try $0.takeRecords(after: nil, limit: 100, forced: false) }
    }

    func restore(_ records: [JobRecord]) async throws -> [Restored] {
        try await transaction { try $0.restore(records) }
    }
}
