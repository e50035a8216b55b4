import IXCore
import IXPostgres
import IXStore
import IXTestSupport
import Logging
import Testing

/// Which server answers a read, on a real primary and a real standby.
@Suite(.needsOwnCluster, .timeLimit(.minutes(4))) struct StandbyChoiceTests {
    /// Runs `body` with a database that has a job, its primary, and both servers.
    private func with(
        _ body: (Replication, TestDatabase, PostgresStore) async throws -> Void
    ) async throws {
        let servers = try await Replication()
        try await TestDatabase.with(.migrated, on: servers.url) { db in
            let primary = db.store()
            try await primary.insert("first")
            try await servers.catchUp()
            try await body(servers, db, primary)
            await primary.close()
        }
        try await servers.remove()
    }

    /// Runs `body` with a copy of the primary's database that reads from `url`.
    private func reading(
        _ url: String, of primary: PostgresStore, callTimeout: Duration = .seconds(5), isPrepared: Bool = true,
        _ body: (StandbyCopy) async throws -> Void
    ) async throws {
        let parameters = ConnectionParameters(
            url: url, applicationName: "ix-copy", connectTimeout: .seconds(2), callTimeout: callTimeout,
            isPrepared: isPrepared)
        let copy = StandbyCopy(
            parameters, connections: 1, of: primary, most: .seconds(30), pause: .milliseconds(200),
            logger: Logger(label: "test"))
        try await body(copy)
        await copy.close()
    }

    /// Expects the copy to show so many jobs; nil: it answers nothing.
    private func expect(
        _ jobs: Int?, by copy: StandbyCopy, at place: SourceLocation = #_sourceLocation
    ) async throws {
        let found = try await copy.read { try $0.list(JobFilter(), after: nil, limit: 100).count }?.value
        #expect(found == jobs, sourceLocation: place)
    }

    private static func query(_ reading: any QueueReading, _ sql: String) throws -> String? {
        guard let operations = reading as? PostgresOperations else { throw TestFailure("another store") }
        return try operations.query(sql)[0][0]
    }

    @Test func `another database of the standby's cluster isn't read`() async throws {
        try await with { servers, db, primary in
            try await reading(servers.standbyURL(of: db), of: primary) { copy in
                try await expect(1, by: copy)
            }
            try await TestDatabase.with(.migrated, on: servers.url) { other in
                try await servers.catchUp()
                try await reading(servers.standbyURL(of: other), of: primary) { copy in
                    for _ in 1...5 { try await expect(nil, by: copy) }
                    #expect(!copy.state.isAnswering)
                }
            }
        }
    }

    @Test func `another schema of the database isn't read`() async throws {
        try await with { servers, db, primary in
            try await db.sql("CREATE SCHEMA other")
            try await db.sql("CREATE TABLE other.ix_jobs (LIKE ix_jobs)")
            try await servers.catchUp()
            let address = try ServerAddress(servers.standbyURL(of: db))
            let other = address.url(["options": "-c search_path=other"])
            try await reading(other, of: primary) { copy in
                try await expect(nil, by: copy)
                #expect(!copy.state.isAnswering)
            }
            let same = address.url(["options": "-c search_path=public"])
            try await reading(same, of: primary) { try await expect(1, by: $0) }
        }
    }

    @Test func `a read that takes too long goes to the primary, and the next one not`() async throws {
        try await with { servers, db, primary in
            for isPrepared in [true, false] {
                try await reading(
                    servers.standbyURL(of: db), of: primary, callTimeout: .seconds(2), isPrepared: isPrepared
                ) { copy in
                    try await expect(1, by: copy)
                    #expect(try await copy.read { try Self.query($0, "SELECT pg_sleep(60)") } == nil)
                    #expect(copy.state.isAnswering)
                    try await expect(1, by: copy)
                }
            }
        }
    }

    @Test func `behind a pooler the look and all statements of a read are one transaction, which writes nothing`()
        async throws
    {
        try await with { servers, db, primary in
            try await reading(servers.standbyURL(of: db), of: primary, isPrepared: false) { copy in
                let times = try await copy.read { reading in
                    let first = try Self.query(reading, "SELECT now()")
                    _ = try reading.statistics(countingEnded: true)
                    return (first, try Self.query(reading, "SELECT now()"))
                }?.value
                #expect(times?.0 != nil && times?.0 == times?.1)
                let mode = try await copy.read { try Self.query($0, "SHOW transaction_read_only") }?.value
                #expect(mode == "on")
                try await expect(1, by: copy)
            }
        }
    }

    @Test func `a read behind a moment is answered where the standby has every job up to then`() async throws {
        try await with { servers, db, primary in
            try await reading(servers.standbyURL(of: db), of: primary) { copy in
                let now = Timestamp.now
                for (moment, isAnswered) in [
                    (now - .seconds(120), true), (now - .seconds(30), false), (now + .seconds(120), false),
                    (.latest, false), (.earliest, true),
                ] {
                    let found = try await copy.read(covering: moment) { try $0.queues().count }
                    #expect((found != nil) == isAnswered, "\(moment)")
                    #expect(copy.state.isAnswering || !isAnswered)
                }
                try await expect(1, by: copy)
                #expect(copy.state.isAnswering)
            }
        }
    }
}
