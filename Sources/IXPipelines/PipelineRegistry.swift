/// Which pipeline serves which use case.
///
/// Guarantees: a use case finds the pipeline registered under its own name, else the one named `default`, else none; the
/// built-in `echo` stands under its name until something else is registered there, and so do `sleep` and `fail` where there
/// are drills.
public struct PipelineRegistry: Sendable {
    /// A pipeline, and how the engine runs it.
    public struct Entry: Sendable {
        /// The name it was registered under, which is `default` for a use case without a pipeline of its own.
        public let name: String
        public let pipeline: any PipelineRunner
        /// How long one run may take before the engine cancels it.
        public let timeout: Duration
        /// Nil: a pipeline's error is final.
        public let retry: RetryPolicy?
        /// Jobs that may run at a time in this process; nil: as many as there are workers.
        public let concurrency: Int?
        public let breaker: CircuitBreaker.Settings
    }

    /// The name that serves every use case without a pipeline of its own.
    public static let fallback = "default"

    private let timeout: Duration
    private var entries: [String: Entry] = [:]

    /// - Parameters:
    ///   - timeout: for pipelines registered without one, the built-ins included.
    ///   - drills: whether callers may ask for `sleep` and `fail`.
    public init(timeout: Duration, drills: Bool = true) {
        self.timeout = timeout
        register(EchoPipeline(), as: "echo")
        guard drills else { return }
        register(SleepPipeline(), as: "sleep")
        register(FailPipeline(), as: "fail")
    }

    /// Lets `pipeline` serve the use case `name`, in place of what served it before.
    public mutating func register(
        _ pipeline: any PipelineRunner, as name: String, timeout: Duration? = nil, retry: RetryPolicy? = nil,
        concurrency: Int? = nil, breaker: CircuitBreaker.Settings = .init()
    ) {
        entries[name] = Entry(
            name: name, pipeline: pipeline, timeout: timeout ?? self.timeout, retry: retry, concurrency: concurrency,
            breaker: breaker)
    }

    /// The pipeline for `useCase`; nil leaves the job to another daemon.
    public subscript(useCase: String) -> Entry? { entries[useCase] ?? entries[Self.fallback] }

    /// Every pipeline, in no order.
    public var all: [Entry] { Array(entries.values) }

    /// The use cases it has a pipeline for, in order; nil: every one.
    public var served: [String]? { entries[Self.fallback] == nil ? names : nil }

    /// The names something is registered under, in order.
    public var names: [String] { entries.keys.sorted() }
}
