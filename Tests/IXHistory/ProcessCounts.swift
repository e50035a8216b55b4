/// The counters of a daemon's process at its last scrape.
package struct ProcessCounts: Codable, Sendable {
    /// The process, for people.
    package var process: String
    /// The ids under which the process held a lease.
    package var daemonIDs: Set<String>
    /// Seconds since 1970 at the beginning of the last scrape.
    package var scrapedAt: Double
    /// The end of the last scrape, whose connection may have waited for the process.
    package var answeredAt: Double
    /// Sum of `ix_jobs_ended_total` of status `done`.
    package var done: Int
    /// Sum of `ix_jobs_ended_total` of status `error`.
    package var error: Int
    /// The end of the process; nil when the last scrape saw all that it did.
    package var endedAt: Double?
    /// True when the process was killed, so that it wrote no last statistics.
    package var isKilled = false

    /// Creates the record of a process.
    package init(
        process: String, daemonIDs: Set<String>, scrapedAt: Double, answeredAt: Double, done: Int, error: Int
    ) {
        (self.process, self.daemonIDs) = (process, daemonIDs)
        (self.scrapedAt, self.answeredAt) = (scrapedAt, answeredAt)
        (self.done, self.error) = (done, error)
    }
}

/// The sums of ix_history.
package struct KeptSums: Codable, Sendable {
    /// Jobs that ended as `done`.
    package var done: Int
    /// Jobs that ended as `error`.
    package var error: Int

    /// Creates sums.
    package init(done: Int, error: Int) { (self.done, self.error) = (done, error) }
}
