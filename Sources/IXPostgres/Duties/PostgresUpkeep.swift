/// The times of PostgreSQL's own upkeep, which a reload of the configuration may change.
package struct PostgresUpkeep: Sendable, Equatable {
    /// The age at which a running row without a lease (a legacy worker's row) counts as an orphan.
    package var unleasedAfter: Duration
    /// The time that legacy code has to send the callback of a job that the legacy code ended. After the time the
    /// daemon sends the callback; nil leaves such callbacks to the legacy code.
    package var legacyGrace: Duration?
    /// The time after which the daemon logs a warning about a session that keeps dead rows from being cleared; nil
    /// turns the warning off.
    package var xminHorizonWarning: Duration?

    /// Creates the times; by default only the sweep of rows without a lease is on, after an hour.
    package init(
        unleasedAfter: Duration = .seconds(3600), legacyGrace: Duration? = nil, xminHorizonWarning: Duration? = nil
    ) {
        self.unleasedAfter = unleasedAfter
        self.legacyGrace = legacyGrace
        self.xminHorizonWarning = xminHorizonWarning
    }
}
