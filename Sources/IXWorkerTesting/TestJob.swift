import FoundationEssentials
import IXConcurrency
public import IXCore
import IXEngine
import IXMemoryStore
public import IXPipelines
import IXStore
import Logging

/// `TestJob` is a job of a `TestWorker`. The test cancels the job, lets its time limit pass, or stops its daemon.
///
/// Requires: the test calls `end` for every job, which also ends the job's engine.
public final class TestJob: Sendable {
    /// A start of the job that is over.
    public struct Start: Sendable, Equatable {
        /// The outcome, as `ixctl get` shows it; nil for an outcome that this version doesn't know.
        public let outcome: AttemptOutcome?
        /// The run's log.
        public let log: String
    }

    /// The end of a job.
    public struct End: Sendable {
        /// `done` or `error`.
        public let status: JobStatus
        /// The response with the daemon's members, as the producer reads it.
        public let response: ResponseIX
        /// The error's code and message; nil for a job that is done.
        public let error: JobError?
        /// The starts with a log or an unusual end, oldest first.
        public let starts: [Start]
        /// The number of starts that the job used up before its last.
        public let failedStarts: Int
        /// The last progress of the last run; nil without a report.
        public let progress: PipelineProgress?
    }

    struct Settings: Sendable {
        let timeout: Duration
        let maxAttempts: Int
        let retry: RetryPolicy?
        let grace: Duration
    }

    static let useCase = "test"

    private let store: MemoryStore
    private let jobID: UUID
    private let watched: WatchedPipeline
    private let settings: Settings
    private let engine: Locked<RunningEngine>

    static func start(_ request: RequestIX, _ pipeline: any Pipeline, _ settings: Settings) async throws -> TestJob {
        let store = MemoryStore()
        store.holdHandedBack()
        let watched = WatchedPipeline(pipeline)
        let engine = try await startEngine(store, watched, settings)
        let jobID = try await store.insert(request, maxAttempts: settings.maxAttempts)
        return TestJob(store, jobID, watched, settings, engine)
    }

    private init(
        _ store: MemoryStore, _ jobID: UUID, _ watched: WatchedPipeline, _ settings: Settings, _ engine: RunningEngine
    ) {
        (self.store, self.jobID, self.watched, self.settings) = (store, jobID, watched, settings)
        self.engine = Locked(engine)
    }

    /// Intervals are long, so that nothing but the test ends a run.
    private static func startEngine(
        _ store: MemoryStore, _ watched: WatchedPipeline, _ settings: Settings
    ) async throws -> RunningEngine {
        let day = Duration.seconds(86_400)
        let times = EngineSettings(
            workers: 1, poll: day, grace: .zero, killGrace: .zero, lease: day, heartbeat: day / 2, sweep: day,
            callTimeout: .seconds(10), stepLimit: .seconds(30))
        var pipelines = PipelineRegistry(timeout: day)
        pipelines.register(
            SwiftPipeline(watched), as: useCase, timeout: settings.timeout, retry: settings.retry,
            grace: settings.grace)
        let engine = Engine(
            settings: times, store: store, dutyStore: store, leaseStore: store, notifier: store.notifier,
            pipelines: pipelines, callbacks: NoCallbacks(),
            identity: DaemonIdentity(instance: "test", host: "localhost", pid: 1, version: "test"),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await engine.start(predecessor: nil)
        return RunningEngine(engine)
    }

    /// Returns when a run has begun that the test has not seen begin yet.
    public func begun() async { await watched.begun() }

    /// Cancels the job, as `ixctl cancel` does.
    public func cancel() async {
        // ignored: the store in memory holds the job
        _ = try? await store.cancel(jobID)
    }

    /// Lets the run's time limit pass now. Requires: a run has begun.
    public func passTimeLimit() { engine.value.engine.stopOverdue(at: .now + .seconds(1_000_000_000)) }

    /// Stops the daemon and starts the next one: a run under way is cancelled and goes back at no cost.
    public func restartDaemon() async throws {
        await engine.value.drain()
        store.renewNotifier()
        engine.value = try await Self.startEngine(store, watched, settings)
    }

    /// Returns the pause that the job's next start waits for, once the job was handed back; nil when the job has ended,
    /// or the pause is the queue's own. The pause ends with `startAgain` or `end`.
    public func handedBack() async -> Duration? {
        await store.wait { [jobID] in $0.rows[jobID]?.isWaitingAgain ?? true }
        let row = store.content.rows[jobID]
        return row?.status == .pending ? row?.pauses.last ?? nil : nil
    }

    /// Ends the pause before the next start.
    public func startAgain() { store.makeDue(jobID) }

    /// Returns the job's end. The pauses before further starts are skipped.
    public func end() async -> End {
        while true {
            await store.wait { [jobID] in $0.rows[jobID]?.isWaitingAgain ?? true }
            guard let row = store.content.rows[jobID], !row.status.isTerminal else { break }
            startAgain()
            await store.wait { [jobID] in $0.rows[jobID].map { $0.status != .pending } ?? true }
        }
        await engine.value.drain()
        return End(store.content.rows[jobID], watched.log)
    }
}

extension MemoryRow {
    /// True for a job that has ended or was handed back.
    fileprivate var isWaitingAgain: Bool { status.isTerminal || status == .pending && attempts > 0 }
}

extension TestJob.End {
    fileprivate init(_ row: MemoryRow?, _ log: RunLog?) {
        let response = row?.response ?? ResponseIX(members: [])
        status = row?.status ?? .error
        self.response = response
        let error = response.document["error"]?.object
        self.error = response.errorCode.map { code in
            JobError(code, error?["message"]?.string ?? "", detail: error?["detail"]?.string)
        }
        starts = row?.notes.map { TestJob.Start(outcome: AttemptOutcome(rawValue: $0.outcome), log: $0.logTail) } ?? []
        failedStarts = row?.attempts ?? 0
        progress = log?.progress
    }
}

/// A started engine and the services that run it.
private struct RunningEngine: Sendable {
    let engine: Engine
    private let services: LoopGroup
    private let running: Task<Void, any Error>

    init(_ engine: Engine) {
        self.engine = engine
        let services = LoopGroup(engine.services)
        self.services = services
        running = Task { try await services.run() }
    }

    /// Ends the services, and returns when every service has ended.
    func drain() async {
        await services.shutDown()
        // ignored: the engine's services throw nothing
        try? await running.value
    }
}

/// Callbacks for an engine whose jobs have none.
private final class NoCallbacks: CallbackSink {
    let liveness = Liveness("callbacks", nextWithin: .seconds(1_000_000_000))
    private let life = LoopLife()
    func run(as daemonID: @escaping @Sendable () -> UUID) async { await life.run { await life.stopping.wait() } }
    func wake() {}
    func told(ofAny: Bool) {}
    func drain(upTo limit: Duration) async {
        life.stop()
        await life.ended.wait(upTo: limit)
    }
}
