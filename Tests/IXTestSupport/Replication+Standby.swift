/// Steps of tests that read from the standby.
extension Replication {
    /// Returns the address of the database on the standby alone.
    package func standbyURL(of database: TestDatabase) throws -> String {
        try ServerAddress(standby.url).url(["dbname": database.name])
    }

    /// Runs a statement on the standby.
    @discardableResult
    package func onStandby(_ statement: String) async throws -> [[String?]] {
        let session = SQLSession(standby.url)
        do {
            let rows = try await session.sql(statement)
            await session.close()
            return rows
        } catch {
            await session.close()
            throw error
        }
    }

    /// Waits until the standby has replayed every commit up to now.
    package func catchUp() async throws {
        let source = SQLSession(primary.url)
        let end = try await source.sql("SELECT pg_current_wal_flush_lsn()")[0][0] ?? ""
        await source.close()
        let hasAll = try await eventually {
            try await onStandby("SELECT pg_last_wal_replay_lsn() >= '\(end)'")[0][0] == "t"
        }
        guard hasAll else { throw TestFailure("the standby doesn't catch up") }
    }

    /// Stops the standby with a fast shutdown.
    package func stopStandby() async throws { try await standby.stop() }

    /// Makes a standby that has diverged: the primary commits what its standby lacks and crashes, the standby is promoted, and the
    /// former primary starts as a standby of nothing. Returns the former primary's address of the database.
    package func diverge(_ database: TestDatabase) async throws -> String {
        try await detachStandby()
        let source = SQLSession(try ServerAddress(primary.url).url(["dbname": database.name]))
        try await source.sql("CREATE TABLE lost AS SELECT repeat('x', 100) FROM generate_series(1, 100000)")
        let folder = try await source.sql("SHOW data_directory")[0][0] ?? ""
        try await source.sql("COPY (SELECT '') TO '\(folder)/standby.signal'")
        await source.close()
        try await primary.crash()
        try await promoteStandby()
        try await onStandby("CHECKPOINT")
        try await primary.start()
        return try ServerAddress(primary.url).url(["dbname": database.name])
    }

    /// Starts a stopped standby.
    package func startStandby() async throws { try await standby.start() }
}
