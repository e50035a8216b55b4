import FoundationEssentials
import IXConcurrency
import IXCore
import IXMemoryStore
import IXPipelines
import IXPipelinesSupport
import IXStore
import Logging
import ServiceLifecycle
import Synchronization

@testable import IXEngine

/// An engine on a store in memory, without callbacks. The intervals are long, so that a test waits for notifications
/// alone; a test that is about an interval shortens the interval.
struct EngineBench {
    let store: MemoryStore
    let engine: Engine
    /// The services of the engine, as the daemon runs and drains the services.
    let services: EngineServices
    let log: RecordedLog
    let callbacks = SilentCallbacks()
    let daemonID = UUID.random()

    init(
        _ store: MemoryStore = MemoryStore(), workers: Int = 2, batch: Int = 1,
        settings change: (inout EngineSettings) -> Void = { _ in },
        pipelines register: (inout PipelineRegistry) -> Void = { _ in }
    ) {
        self.store = store
        let log = RecordedLog()
        self.log = log
        var settings = EngineSettings(
            workers: workers, batch: batch, poll: .seconds(600), grace: .seconds(30), killGrace: .seconds(1),
            lease: .seconds(600), heartbeat: .seconds(60), sweep: .seconds(60),
            callTimeout: .seconds(10), stepLimit: .seconds(30))
        change(&settings)
        var pipelines = PipelineRegistry(timeout: .seconds(600))
        register(&pipelines)
        engine = Engine(
            settings: settings, store: store, dutyStore: store, leaseStore: store, notifier: store.notifier,
            pipelines: pipelines, callbacks: callbacks,
            identity: DaemonIdentity(daemonID: daemonID, instance: "test", host: "localhost", pid: 1, version: "0"),
            logger: log.logger)
        services = EngineServices(engine)
    }

    /// Starts the engine and runs its services.
    func start(predecessor: UUID? = nil) async throws {
        try await engine.start(predecessor: predecessor)
        services.run()
    }

    func drain() async { await services.drain() }

    /// Runs `body` with a started engine and drains the engine afterwards.
    func run(_ body: (EngineBench) async throws -> Void) async throws {
        try await start()
        do { try await body(self) } catch {
            await drain()
            throw error
        }
        await drain()
    }

    /// The loops of the engine that still run: each living loop is late a year from now, and an ended loop is not.
    var livingLoops: [String] { engine.stalledParts(at: .now + .seconds(365 * 86_400)) }

    /// The loops and workers of the engine that still run.
    var living: [String] {
        livingLoops + engine.state.workers.filter { $0.work != .stopped }.map { "worker \($0.number)" }
    }
}

/// The services of an engine in a group.
final class EngineServices: Sendable {
    private let group: ServiceGroup
    private let running = Locked<Task<Void, any Error>?>(nil)

    init(_ engine: Engine) {
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        group = ServiceGroup(services: engine.services, logger: quiet)
    }

    func run() { running.value = Task { [group] in try await group.run() } }

    /// Shuts the group down, and returns when every service has ended.
    func drain() async {
        await group.triggerGracefulShutdown()
        // ignored: the engine's services throw nothing
        try? await running.value?.value
    }
}

/// Callbacks for an engine whose jobs have none.
final class SilentCallbacks: CallbackSink {
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

/// A pipeline that counts its runs, and ends each run when the test says so.
final class HeldPipeline: PipelineRunner {
    /// Opens when the first run has begun.
    let begun = Latch()
    /// Opened by the test, so that the runs end.
    let release = Latch()
    private let counts = Mutex((running: 0, most: 0, begun: 0))

    /// The highest number of runs at a time.
    var most: Int { counts.withLock { $0.most } }
    var runs: Int { counts.withLock { $0.begun } }

    func run(_ request: RequestIX, context: PipelineContext) async throws -> PipelineReport {
        counts.withLock { $0 = ($0.running + 1, max($0.most, $0.running + 1), $0.begun + 1) }
        begun.open()
        await withTaskCancellationHandler {
            await release.wait()
        } onCancel: {
            release.open()
        }
        counts.withLock { $0.running -= 1 }
        if Task.isCancelled { return PipelineReport(.cancelled) }
        return PipelineReport(.complete(ResponseIX(members: [])))
    }
}

/// A pipeline that answers at once and measures how many runs overlap.
final class BriefPipeline: PipelineRunner {
    private let counts = Mutex((running: 0, most: 0, begun: 0))

    var most: Int { counts.withLock { $0.most } }
    var runs: Int { counts.withLock { $0.begun } }

    func run(_ request: RequestIX, context: PipelineContext) async throws -> PipelineReport {
        counts.withLock { $0 = ($0.running + 1, max($0.most, $0.running + 1), $0.begun + 1) }
        for _ in 0..<3 { await Task.yield() }
        counts.withLock { $0.running -= 1 }
        return PipelineReport(.complete(ResponseIX(members: [])))
    }
}
