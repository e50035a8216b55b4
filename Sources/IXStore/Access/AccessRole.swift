/// What the holder of a token may do.
package enum AccessRole: String, Sendable, CaseIterable {
    /// Reads metrics.
    case metrics
    /// Reads jobs and the queue.
    case reader
    /// Enqueues; sees, awaits, cancels and resubmits its own client's jobs.
    case producer
    /// Does everything.
    case `operator`
}
