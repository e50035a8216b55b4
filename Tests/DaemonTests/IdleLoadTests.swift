import IXTestSupport
import Testing

/// What a daemon without work costs its server.
@Suite(.needsPostgres, .timeLimit(.minutes(5)))
struct IdleLoadTests {
    /// Waits for a heartbeat so many seconds from now, as one transaction.
    private static func heartbeat(after seconds: Int) -> String {
        """
        DO $$
        DECLARE
            until timestamptz := clock_timestamp() + interval '\(seconds) seconds';
        BEGIN
            WHILE (SELECT max(renewed_at) FROM ix_daemons) < until LOOP
                PERFORM pg_sleep(0.1);
            END LOOP;
        END $$
        """
    }

    @Test func `an idle daemon sends about one statement a second`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url)
            let measure = { () async throws -> (transactions: Double, at: Double) in
                let row = try await database.sql(
                    """
                    SELECT xact_commit + xact_rollback, extract(epoch FROM clock_timestamp())
                      FROM pg_stat_database WHERE datname = current_database()
                    """)[0]
                return (try #require(row[0].flatMap(Double.init)), try #require(row[1].flatMap(Double.init)))
            }
            // The first round of each duty belongs to the start; the prune begins within a minute.
            for _ in 0..<3 { try await database.sql(Self.heartbeat(after: 22)) }
            var rates: [Double] = []
            // The server's own work (autovacuum) counts as well, so one quiet window is enough.
            while rates.count < 5, rates.last.map({ $0 >= 2 }) ?? true {
                let before = try await measure()
                try await database.sql(Self.heartbeat(after: 20))
                let after = try await measure()
                rates.append((after.transactions - before.transactions) / (after.at - before.at))
            }
            let rate = try #require(rates.last)
            #expect(rate > 0.3 && rate < 2, "\(rates) transactions a second")
            #expect(try await daemon.terminate() == .code(0))
        }
    }
}
