import IXCore
import IXStore
import IXTestSupport
import Testing

/// The move of one client's jobs.
extension StoreConformance {
    @Test(arguments: StoreUnderTest.movable)
    func `the jobs of one client leave page after page, and no others`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            for number in 0..<5 {
                try await store.insert(.make("\(number)", clientID: "shop"))
                try await store.insert(.make("\(number)", clientID: "other"))
            }
            var (found, last): ([String], String?) = ([], nil)
            repeat {
                let start = last
                let page = try await store.transaction { operations in
                    let records = try operations.takeRecords(of: "shop", after: start, limit: 2, forced: false)
                    try operations.removeTaken(records.map(\.job.jobID))
                    return records
                }
                #expect(page.allSatisfy { $0.job.clientID == "shop" })
                found += page.map(\.job.requestID)
                last = page.last?.job.requestID
            } while last != nil
            let all = try await store.perform { try $0.list(JobFilter(), after: nil, limit: 20).count }
            let others = try await store.perform {
                try $0.list(JobFilter(clientID: "other"), after: nil, limit: 20).count
            }
            #expect(found == ["0", "1", "2", "3", "4"] && all == 5 && others == 5)
        }
    }

    @Test(arguments: StoreUnderTest.movable)
    func `a client's running job leaves only by force`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.insert(.make("a", clientID: "shop"))
            let (attempt, _) = try await store.claimed()
            let unforced = try await store.transaction {
                try $0.takeRecords(of: "shop", after: nil, limit: 10, forced: false)
            }
            let taken = try await store.transaction { operations in
                let records = try operations.takeRecords(of: "shop", after: nil, limit: 10, forced: true)
                try operations.removeTaken(records.map(\.job.jobID))
                return records
            }
            let late = try await store.end(attempt, .success())
            #expect(unforced.isEmpty && taken.count == 1 && late == .fenced)
            #expect(taken.first?.job.status == .pending && taken.first?.job.attempts == 1)
        }
    }
}
