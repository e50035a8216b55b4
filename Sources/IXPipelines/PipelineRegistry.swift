/// `PipelineRegistry` maps use cases to pipelines.
///
/// Guarantees: a use case finds the pipeline registered under its own name, else the pipeline named `default`, else
/// none. The built-in `echo` is registered until another pipeline takes its name. With drills, `sleep` and `fail` are
/// registered as well.
/// Concurrency: a value; registering needs exclusive access.
public struct PipelineRegistry: Sendable {
    /// A pipeline, with the engine's settings for its runs.
    public struct Entry: Sendable {
        /// The name of the registration; `default` for a use case without a pipeline of its own.
        public let name: String
        /// The pipeline that runs the jobs.
        public let pipeline: any PipelineRunner
        /// The longest time of a run; the engine then cancels the run.
        public let timeout: Duration
        /// The rule for another attempt after an error; nil: a pipeline's error is final.
        public let retry: RetryPolicy?
        /// The number of jobs that may run at a time in this daemon; nil: as many as there are workers.
        public let concurrency: Int?
        /// The settings of the pipeline's circuit breaker.
        public let breaker: CircuitBreaker.Settings
        /// The kind, as the configuration names it; `swift` for a pipeline that a program registered.
        package let kind: String
        /// The time for a stopped run to end before the engine abandons the run; nil: the engine's own.
        package let grace: Duration?
        /// True when the pipeline is code of the embedding program, which may block.
        package var isInProcess: Bool { pipeline is SwiftPipeline }
    }

    /// The name of the pipeline for every use case without a pipeline of its own.
    public static let fallback = "default"

    private let timeout: Duration
    private var entries: [String: Entry] = [:]

    /// Creates a registry with the built-in pipelines.
    ///
    /// - Parameters:
    ///   - timeout: the default for pipelines registered without a timeout, and for the built-in pipelines.
    ///   - drills: true: producers may use `sleep` and `fail`.
    public init(timeout: Duration, drills: Bool = true) {
        self.timeout = timeout
        register(EchoPipeline(), as: "echo", kind: "echo", grace: nil)
        guard drills else { return }
        register(SleepPipeline(), as: "sleep", kind: "sleep", grace: nil)
        register(FailPipeline(), as: "fail", kind: "fail", grace: nil)
    }

    /// Registers `pipeline` for the use case `name`, and replaces an earlier registration.
    public mutating func register(
        _ pipeline: any PipelineRunner, as name: String, timeout: Duration? = nil, retry: RetryPolicy? = nil,
        concurrency: Int? = nil, breaker: CircuitBreaker.Settings = .init()
    ) {
        register(
            pipeline, as: name, timeout: timeout, retry: retry, concurrency: concurrency, breaker: breaker, grace: nil)
    }

    /// Registers `pipeline` as the public method does, with its kind and the time for a stopped run to end.
    package mutating func register(
        _ pipeline: any PipelineRunner, as name: String, timeout: Duration? = nil, retry: RetryPolicy? = nil,
        concurrency: Int? = nil, breaker: CircuitBreaker.Settings = .init(), kind: String = "swift", grace: Duration?
    ) {
        entries[name] = Entry(
            name: name, pipeline: pipeline, timeout: timeout ?? self.timeout, retry: retry, concurrency: concurrency,
            breaker: breaker, kind: kind, grace: grace)
    }

    /// Returns the pipeline for `useCase`; nil when this daemon leaves the use case's jobs to further daemons.
    public subscript(useCase: String) -> Entry? { entries[useCase] ?? entries[Self.fallback] }

    /// All registrations, in no particular order.
    public var all: [Entry] { Array(entries.values) }

    /// The use cases that this daemon serves, sorted; nil: every use case.
    public var served: [String]? { entries[Self.fallback] == nil ? names : nil }

    /// The registered names, sorted.
    public var names: [String] { entries.keys.sorted() }
}
