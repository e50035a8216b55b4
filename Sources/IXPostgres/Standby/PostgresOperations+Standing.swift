import IXStore

extension PostgresOperations {
    /// The time for a look, because a frozen standby mustn't hold reads up.
    private static var lookLimit: Duration { .seconds(1) }

    /// Returns how far the server is.
    func standing() throws(StoreError) -> ServerStanding {
        let (at, end) = (ContinuousClock.now, Deadline(after: min(timeout, Self.lookLimit)))
        let rows: PostgresRows
        do throws(PostgresError) { rows = try link.run(.readStanding, by: end) } catch {
            throw error.storeError(Statement.readStanding.rawValue)
        }
        guard let row = rows.first else { throw fault(.readStanding) }
        return ServerStanding(
            isStandby: row.bool("is_standby"), position: Int64(row.int("position")), clock: row.double("clock") ?? 0,
            committed: row.double("committed"), store: row.text("store") ?? "", at: at)
    }

    /// Returns how far the server was at this connection's last look, or looks.
    func recentStanding(within age: Duration) throws(StoreError) -> ServerStanding {
        // Behind a pooler the next transaction may be another server's.
        if link.isPrepared, let known = link.standing, ContinuousClock.now - known.at < age { return known }
        let standing = try standing()
        link.standing = standing
        return standing
    }

    /// Runs `body` so that all its statements meet one server: behind a pooler in one reading transaction, which has the time
    /// limit that sessions without a pooler have. A pooler whose server is away keeps a transaction waiting at its begin, so that
    /// begin has the time of a look.
    func onOneServer<Value>(_ body: () throws -> Value) throws -> Value {
        guard !link.isPrepared else { return try body() }
        let limit = ConnectionParameters.serverLimit(of: timeout)
        return try PostgresTransaction(link: link, timeout: timeout).perform(
            begin: "BEGIN READ ONLY; SET LOCAL statement_timeout = \(limit); SET LOCAL jit = off",
            within: Self.lookLimit, body)
    }
}
