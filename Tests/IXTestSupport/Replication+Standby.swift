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

    /// Starts a stopped standby.
    package func startStandby() async throws { try await standby.start() }
}
