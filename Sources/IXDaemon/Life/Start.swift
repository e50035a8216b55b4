import FoundationEssentials
import IXConcurrency
import IXConfig
import IXCore
import IXEngine
import IXStore
import IXSystemd
import IXTelemetry
import Logging

/// The start of the daemon. Tries again until the database is available; gives up after a request to stop, or when
/// `StartRule` gives up.
struct Start: Sendable {
    let composition: Composition
    let engine: Engine
    let notice: ServiceNotice
    let environment: [String: String]
    let logger: Logger
    let stop: Latch
    private let known: KnownAddresses
    private let timeout: Duration

    init(
        _ composition: Composition, _ engine: Engine, _ worker: Configuration.Worker, notice: ServiceNotice,
        environment: [String: String], logger: Logger, stop: Latch
    ) {
        (self.composition, self.engine, self.notice) = (composition, engine, notice)
        (self.environment, self.logger, self.stop) = (environment, logger, stop)
        known = KnownAddresses(directory: worker.stateDirectory, instance: worker.instance)
        timeout = worker.start
    }

    enum Result: Sendable {
        case ready
        case stopped
        case failed(StoreError)
    }

    /// Runs the start. `predecessor` is the daemon id of the instance's previous daemon; its jobs are orphans at once.
    func run(predecessor: UUID?) async -> Result {
        let over = Latch()
        let attempt = Task {
            let result = await untilStarted(predecessor)
            over.open()
            return result
        }
        let watch = Task {
            await stop.wait()
            engine.forbidClaims()
            // A call to a database which doesn't answer must not delay the stop for longer than 1 s. No job has been
            // claimed yet.
            await over.wait(upTo: .seconds(1))
            over.open()
        }
        defer { watch.cancel() }
        await over.wait()
        if stop.isOpen, await !hasEnded(attempt) { return .stopped }
        return await attempt.value
    }

    private func hasEnded(_ attempt: Task<Result, Never>) async -> Bool {
        let ended = Latch()
        Task {
            _ = await attempt.value
            ended.open()
        }
        return await ended.wait(upTo: .milliseconds(50))
    }

    private func untilStarted(_ predecessor: UUID?) async -> Result {
        let address = composition.address
        var rule = StartRule(
            limit: timeout, wasReady: address.map { known.contain($0) } ?? true, begin: .now)
        var backoff = Backoff()
        var told: Set<String> = []
        var release: Release?
        defer { release?.end() }
        while !stop.isOpen {
            do throws(StoreError) {
                try await once(predecessor, release)
                if let address { known.add(address) }
                return .ready
            } catch {
                let decision = rule.decide(after: error, at: .now)
                guard decision != .giveUp else { return .failed(error) }
                if told.count < 16, told.insert(error.description).inserted {
                    logger.log(.waitingForDatabase, ["reason": "\(error.debugDescription)"])
                }
                let status = "Waiting for the database: \(error)"
                if decision == .tryAgainReleased, release == nil {
                    release = Release(notice, environment, status, step: composition.stepLimit)
                }
                notice.status(status)
                await stop.wait(upTo: backoff.next())
            }
        }
        return .stopped
    }

    /// Runs the steps of the start. Every step asks the service manager for its own time limit, so that the manager
    /// waits as long as the database is away, and no longer.
    private func once(_ predecessor: UUID?, _ release: Release?) async throws(StoreError) {
        progress(release)
        try await composition.prepare()
        progress(release)
        try await composition.enterFiles()
        notice.status("Sweeping orphans")
        try await engine.start(predecessor: predecessor, progress: { progress(release) })
    }

    private func progress(_ release: Release?) {
        if let release { return release.progress() }
        notice.extendTimeout(by: composition.stepLimit)
    }
}

/// `Release` ends the manager's wait for a start that has waited long enough for its database, so that dependent
/// services, a boot and an installation continue. From then on the manager's watchdog watches the start, and every step
/// feeds the watchdog.
private final class Release: Sendable {
    private let liveness: Liveness
    private let watchdog: Watchdog?
    private let limit: Duration

    init(_ notice: ServiceNotice, _ environment: [String: String], _ status: String, step limit: Duration) {
        let liveness = Liveness("start", nextWithin: limit)
        (self.liveness, self.limit) = (liveness, limit)
        notice.ready(status)
        watchdog = Watchdog(environment, notice: notice) { !liveness.isLate() }
    }

    func progress() { liveness.beat(nextWithin: limit) }

    func end() { watchdog?.end() }
}
