/// `StopReason` is the engine's reason to stop a run. The reason takes precedence over the pipeline's later result.
enum StopReason: Sendable, Equatable {
    case timeout
    case shutdown
    /// A producer or an operator cancelled the job.
    case cancelled
    /// No heartbeat succeeded for too long, so another daemon may run the job.
    case leaseLost
    /// The store says that the run's claim no longer holds the job.
    case taken
}
