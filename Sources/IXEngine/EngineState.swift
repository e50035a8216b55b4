public import IXStore

/// `EngineState` is a snapshot of the engine.
public struct EngineState: Sendable {
    /// Counts of jobs that this daemon's workers completed since the process started.
    public struct Counts: Sendable, Equatable {
        /// Jobs ended as `done`.
        public let done: Int
        /// Jobs ended as `error`.
        public let error: Int
        /// Jobs handed back to `pending`.
        public let handedBack: Int
        /// Completions refused by the fence because another claim held the job.
        public let fenced: Int
    }

    /// The state of each worker, in order of the workers' numbers.
    public let workers: [WorkerState]
    /// The counts since the process started.
    public let counts: Counts
    /// The reason why the store can't be reached; nil while the store answers.
    public let outage: String?
    /// True while notifications arrive; nil when the daemon asked for none.
    public let isListening: Bool?
    /// True once `forbidClaims` or `drain` was called.
    public let isDraining: Bool
    /// The pipelines whose breaker is open.
    public let openBreakers: [OpenBreaker]

    /// The number of workers with a job.
    public var busy: Int { workers.count { $0.job != nil } }
}
