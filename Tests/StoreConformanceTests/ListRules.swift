import FoundationEssentials
import IXCore
import IXStore
import IXTestSupport
import Testing

extension StoreConformance {
    @Test(arguments: StoreUnderTest.allCases)
    func `the ids between two ids are found in order, up to a limit`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            for index in 0..<9 { try await store.insert("\(index)") }
            let all = try await store.list().map(\.jobID).sorted { $0.uuidString < $1.uuidString }
            let few = try await store.perform { try $0.jobIDs(from: all[2], through: all[6], limit: 3) }
            #expect(few == Array(all[2...4]))
            let one = try await store.perform { try $0.jobIDs(from: all[8], through: all[8], limit: 3) }
            #expect(one == [all[8]])
            let none = try await store.perform { try $0.jobIDs(from: all[6], through: all[2], limit: 3) }
            #expect(none.isEmpty)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a listing is newest first and pages without gap or repetition`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            // Batches share one created_at, so that the id has to decide within them.
            for batch in 0..<5 { _ = try await store.insertBatch((0..<9).map { try .make("\(batch)-\($0)") }) }
            let whole = try await store.list()
            var (paged, position): ([JobSummary], ListPosition?) = ([], nil)
            repeat {
                let page = try await store.list(after: position, limit: 4)
                paged += page
                position = page.last?.position
            } while position != nil
            #expect(whole.count == 45 && paged.map(\.jobID) == whole.map(\.jobID))
            #expect(whole.map(\.order) == whole.map(\.order).sorted(by: >))
            #expect(whole.first?.names.requestID.hasPrefix("4-") == true)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a page goes on where the last one ended, whatever was inserted meanwhile`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            for index in 0..<6 { try await store.insert("\(index)") }
            let first = try await store.list(limit: 3)
            try await store.insert("new")
            let position = try #require(first.last?.position)
            let rest = try await store.list(after: ListPosition(cursor: position.cursor))
            #expect((first + rest).map(\.names.requestID) == ["5", "4", "3", "2", "1", "0"])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a listing is narrowed by callback, daemon, ancestor and moments`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            for key in ["0", "1", "2"] { try await store.insert(key) }
            let all = try await store.list()
            let (second, first) = (try #require(Timestamp(all[1].createdAt)), try #require(Timestamp(all[2].createdAt)))
            var (after, before, both) = (JobFilter(), JobFilter(), JobFilter())
            after.createdAfter = second
            before.createdBefore = second
            (both.createdAfter, both.createdBefore) = (first, second)
            var (told, daemon, child) = (JobFilter(), JobFilter(), JobFilter())
            told.callbackStatuses = [.failed, .delivered]
            daemon.daemonID = UUID.random()
            child.resubmitOf = all[2].jobID
            for (filter, keys) in [
                (after, ["2", "1"]), (before, ["0"]), (both, ["0"]), (told, []), (daemon, []), (child, []),
            ] {
                #expect(try await store.list(filter).map(\.names.requestID) == keys)
                var live = filter
                live.statuses = [.pending]
                #expect(try await store.list(live).map(\.names.requestID) == keys)
            }
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a listing is narrowed by status, client, use case and error code`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.endOne("done", .success())
            try await store.endOne("broken", .failure)
            try await store.insert("runs")
            _ = try await store.claimed()
            _ = try await store.cancel(store.insert(.make("cancelled", clientID: "other")).jobID)
            try await store.insert("waits")
            let expected: [(JobFilter, [String])] = [
                (JobFilter(), ["waits", "cancelled", "runs", "broken", "done"]),
                (JobFilter(statuses: [.pending]), ["waits"]), (JobFilter(statuses: [.running]), ["runs"]),
                (JobFilter(statuses: [.pending, .running]), ["waits", "runs"]),
                (JobFilter(statuses: [.pending, .done]), ["waits", "done"]),
                (JobFilter(statuses: [.error]), ["cancelled", "broken"]),
                (JobFilter(errorCode: "broken"), ["broken"]),
                (JobFilter(statuses: [.pending, .error], errorCode: "cancelled"), ["cancelled"]),
                (JobFilter(statuses: [.pending], errorCode: "cancelled"), []),
                (JobFilter(clientID: "other"), ["cancelled"]), (JobFilter(clientID: "nobody"), []),
                (JobFilter(clientID: "a\"\u{301},b\\"), []),
                (JobFilter(statuses: [.pending], useCase: "extract"), ["waits"]),
                (JobFilter(statuses: [.running], useCase: "other"), []), (JobFilter(clientID: "a\0b"), []),
            ]
            for (filter, keys) in expected {
                let listed = try await store.list(filter).map(\.names.requestID)
                #expect(listed == keys, "\(filter)")
            }
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a list of errors holds every job in error, page by page, until the job is deleted`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            for key in ["0", "1", "2"] { try await store.endOne(key, .failure) }
            try await store.endOne("done", .success())
            _ = try await store.cancel(store.insert(.make("3")).jobID)
            let errors = JobFilter(statuses: [.error])
            let first = try await store.list(errors, limit: 3)
            let rest = try await store.list(errors, after: first.last?.position, limit: 3)
            #expect((first + rest).map(\.names.requestID) == ["3", "2", "1", "0"])
            #expect(first.first?.errorCode == "cancelled" && first.last?.errorMessage == "it broke")
            guard kind != .postgresAsWorker else { return }
            let erased = try await store.perform { try $0.erase(first[0].jobID) }
            #expect(erased == .erased)
            #expect(try await store.list(errors).map(\.names.requestID) == ["2", "1", "0"])
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a listing is narrowed by age, live and ended jobs alike`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.endOne("done", .success())
            try await store.insert("waits")
            let counts = { (older: Duration?, newer: Duration?, statuses: Set<JobStatus>) in
                try await store.list(JobFilter(statuses: statuses, olderThan: older, newerThan: newer)).count
            }
            #expect(try await counts(.zero, nil, []) == 2)
            #expect(try await counts(.seconds(3600), nil, []) == 0)
            #expect(try await counts(nil, .seconds(3600), []) == 2)
            #expect(try await counts(nil, .zero, []) == 0)
            #expect(try await counts(.zero, .seconds(3600), [.pending]) == 1)
            #expect(try await counts(.seconds(3600), nil, [.pending]) == 0)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func `a listed job tells why it ended and who runs it`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.endOne("broken", .failure)
            try await store.insert("runs")
            let (_, daemon) = try await store.claimed()
            let listed = try await store.list()
            #expect(listed[1].errorCode == "broken" && listed[1].errorMessage == "it broke")
            #expect(listed[1].status == .error && listed[1].finishedAt != nil)
            #expect(listed[0].errorCode == nil && listed[0].daemonID == daemon && listed[0].startedAt != nil)
            #expect(listed[0].maxAttempts == 3 && listed[0].age >= 0 && listed[0].age < 600)
        }
    }

    @Test(arguments: ["", "x", "2026-01-01T00:00:00.000000Z", "soon_6f9619ff-8b86-d011-b42d-00c04fc964ff"])
    func `a cursor that is none is not read`(_ text: String) {
        #expect(ListPosition(cursor: text) == nil)
    }
}

extension JobSummary {
    fileprivate var order: String { createdAt + jobID.uuidString }
}

extension JobStore {
    func list(
        _ filter: JobFilter = JobFilter(), after: ListPosition? = nil, limit: Int = 1000
    ) async throws -> [JobSummary] {
        try await perform { try $0.list(filter, after: after, limit: limit) }
    }

    /// Inserts, claims and ends one job.
    func endOne(_ key: String, _ ending: Completion.Kind) async throws {
        try await insert(key)
        let (attempt, _) = try await claimed()
        _ = try await end(attempt, ending)
    }
}
