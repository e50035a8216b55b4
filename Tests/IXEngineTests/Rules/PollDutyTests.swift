import FoundationEssentials
import IXConcurrency
import IXCore
import IXMemoryStore
import IXPipelines
import IXStore
import Logging
import Testing

@testable import IXEngine

/// When a daemon polls: at its interval, and soon after a notification. `IdleWorkers` counts the polls.
@Suite struct PollDutyTests {
    private static let later: [Duration] = [.milliseconds(20), .milliseconds(150)]

    private func polls(_ context: WorkerContext) -> Int { Int(context.idleWorkers.generation) }

    @Test func `without a notification each round polls, at the interval`() async throws {
        let context = WorkerContext.make()
        let duty = PollDuty(context, laterLooks: Self.later)
        for count in 1...3 {
            #expect(duty.interval == .seconds(600))
            try await duty.round {}
            #expect(polls(context) == count)
        }
    }

    @Test func `after a notification two polls follow, each in its time`() async throws {
        let context = WorkerContext.make()
        let duty = PollDuty(context, laterLooks: Self.later)
        #expect(duty.arrived())
        try await duty.round {}
        #expect(polls(context) == 0, "the loop was woken to shorten its wait alone")
        #expect(duty.interval == .milliseconds(20))
        try await duty.round {}
        #expect(polls(context) == 1 && duty.interval == .milliseconds(150))
        try await duty.round {}
        #expect(polls(context) == 2 && duty.interval == .seconds(600))
    }

    @Test func `a notification before the first poll starts the series once more, without a wake-up`() async throws {
        let context = WorkerContext.make()
        let duty = PollDuty(context, laterLooks: Self.later)
        #expect(duty.arrived())
        try await duty.round {}
        for _ in 0..<100 { #expect(!duty.arrived()) }
        try await duty.round {}
        #expect(duty.interval == .milliseconds(20))
        try await duty.round {}
        #expect(duty.interval == .milliseconds(150))
        try await duty.round {}
        #expect(duty.interval == .seconds(600) && polls(context) == 3)
    }

    @Test func `a notification between the polls starts the series anew`() async throws {
        let context = WorkerContext.make()
        let duty = PollDuty(context, laterLooks: Self.later)
        #expect(duty.arrived())
        for _ in 0..<2 { try await duty.round {} }
        #expect(duty.interval == .milliseconds(150) && duty.arrived())
        #expect(duty.interval == .milliseconds(20))
    }

    @Test func `where every commit notifies no poll follows`() {
        let duty = PollDuty(WorkerContext.make(), laterLooks: [])
        #expect(!duty.arrived() && duty.interval == .seconds(600))
    }

    @Test func `with neighbours a single poll follows, and no poll comes later than the interval`() async throws {
        let context = WorkerContext.make(poll: .milliseconds(100))
        let duty = PollDuty(context, laterLooks: Self.later)
        context.neighbours.value = Neighbours(count: 100, rank: 3)
        #expect(duty.arrived() && duty.interval <= .milliseconds(100))
        for _ in 0..<2 { try await duty.round {} }
        #expect(polls(context) == 1 && duty.interval == .milliseconds(100))
    }
}

extension WorkerContext {
    /// A context on an empty store in memory, for rules that need little of it.
    static func make(poll: Duration = .seconds(600)) -> WorkerContext {
        let store = MemoryStore()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let (idle, running, stopping) = (IdleWorkers(), RunningJobs(), Latch())
        let availability = StoreAvailability(logger: logger)
        let counts = JobCounts()
        let callbacks = SilentCallbacks()
        let effects = EndEffects(counts: counts, callbacks: callbacks, idleWorkers: idle)
        let settings = EngineSettings(
            workers: 1, poll: poll, grace: .zero, killGrace: .zero, lease: .seconds(600), heartbeat: .seconds(60),
            sweep: .seconds(60), unleasedAfter: .seconds(600), callTimeout: .seconds(10), stepLimit: .seconds(30))
        let pipelines = PipelineRegistry(timeout: .seconds(1))
        return WorkerContext(
            liveSettings: Locked(settings), store: store, livePipelines: Locked(pipelines), callbacks: callbacks,
            registration: DaemonRegistration(DaemonIdentity(instance: "t", host: "h", pid: 1, version: "0")),
            running: running,
            kept: KeptEnds(
                .init(
                    store: store, limit: 1, stopping: stopping, written: effects.conclude, forget: running.forget,
                    availability: availability)),
            idleWorkers: idle, admission: Admission(pipelines) {}, availability: availability, batcher: nil,
            counts: counts, effects: effects, stopping: stopping, logger: logger)
    }
}
