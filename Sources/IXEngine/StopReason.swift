/// Why we stop a run; it outranks whatever the pipeline says afterwards.
enum StopReason: Sendable, Equatable {
    case timeout
    case shutdown
    /// Somebody wants the job ended.
    case cancelled
    /// No heartbeat got through for too long, so others may run it.
    case leaseLost
    /// The store says that this run no longer holds the job.
    case taken
}
