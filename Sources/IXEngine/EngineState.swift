public import IXStore

/// The engine as it was when it was looked at.
public struct EngineState: Sendable {
    /// Of jobs this process had in hand since its start.
    public struct Counts: Sendable, Equatable {
        public let done: Int
        public let error: Int
        public let handedBack: Int
        public let fenced: Int
    }

    public let workers: [WorkerState]
    public let counts: Counts
    /// Why the store can't be reached, nil while it answers.
    public let outage: String?
    /// Whether notifications come through; nil when none are asked for.
    public let isListening: Bool?
    public let isDraining: Bool
    /// Pipelines that take no jobs for now.
    public let openBreakers: [OpenBreaker]

    /// Workers with a job in hand.
    public var busy: Int { workers.count { $0.job != nil } }
}
