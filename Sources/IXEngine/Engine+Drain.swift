import FoundationEssentials
import IXConcurrency
import IXStore
import IXTelemetry
import Logging
package import ServiceLifecycle

extension Engine {
    /// The services of the engine, in the order of their start. A group ends its services the other way round, which is
    /// the order of the drain: workers and duties, notifier, callbacks, lease.
    ///
    /// Gains: jobs are claimed, run and completed until the group shuts down.
    /// Guarantees: the shutdown always returns, even when the store does not answer.
    /// Requires: a group runs the services after `start` has returned.
    package nonisolated var services: [any Service] {
        let lease = LoopService("lease") { _ in await self.leave() }
        let callbacks = LoopService("callbacks") {
            await self.shared.callbacks.run { [registration = self.shared.registration] in registration.daemonID }
        } end: { _ in
            await self.drainCallbacks()
        }
        let work = LoopService("engine") {
            await self.work()
        } end: { _ in
            await self.drain()
        }
        guard let notifier else { return [lease, callbacks, work] }
        let listening = LoopService("notifier") {
            await self.listen(to: notifier)
        } end: { loop in
            notifier.stop()
            await self.paced { await loop.value }
        }
        return [lease, callbacks, listening, work]
    }

    /// The time to allow for the drain; the daemon asks the service manager for as much.
    package nonisolated var drainLimit: Duration {
        let settings = shared.settings
        return settings.grace + endLimit + .seconds(5) + settings.callTimeout * 2 + settings.stepLimit
    }

    /// The time for the pipelines' kill grace, the abandonment after the grace, and a last write for each job.
    private nonisolated var endLimit: Duration { shared.settings.killGrace + .seconds(5) + shared.settings.callTimeout }

    /// Ends the grace of the drain now; the daemon calls the method at a second request to stop.
    package nonisolated func cutGrace() { graceOver.open() }

    /// Runs the notifier, and passes its notifications to the engine.
    private nonisolated func listen(to notifier: any JobNotifier) async {
        let notifications = notifier.subscribe()
        let receiving = Task(executorPreference: receiving) { [receive = loops.receive] in
            for await notification in notifications { receive(notification) }
        }
        await notifier.run { [neighbours = shared.neighbours] in neighbours.value }
        await receiving.value
    }

    /// Stops claiming, lets running jobs finish within the grace, then stops the remaining runs, hands their jobs back
    /// and ends the duties.
    private func drain() async {
        forbidClaims()
        shared.logger.log(.draining, ["running": .number(state.busy)])
        Failpoint.draining.reach()
        await graceEnds()
        // The latch opens before the runs are stopped, so that a run that starts meanwhile stops itself.
        shared.stopping.open()
        if !workersDone.isOpen {
            let count = shared.running.stopAll(.shutdown)
            shared.logger.log(.graceOver, ["count": .number(count)])
            Failpoint.graceOver.reach()
        }
        // Workers without a job wait only for the store, which may not answer for minutes. Abandoning such workers
        // loses nothing.
        let isIdle = holdsNothing
        let isDone = await workersDone.wait(upTo: isIdle ? DrainPace.leave : endLimit)
        pace.value = DrainPace(loops: isIdle ? DrainPace.leave * (isDone ? 4 : 1) : endLimit, isAnswered: isDone)
        await paced { [loops] in await loops.end() }
    }

    /// Waits for the end of a loop as long as the drain allows. The parts after a loop that didn't end in time don't
    /// wait for the store.
    private nonisolated func paced(_ end: @escaping @Sendable () async -> Void) async {
        let limit = pace.value.loops
        if await !Self.within(limit, end) { pace.value.isAnswered = false }
    }

    private nonisolated func drainCallbacks() async {
        let (pace, callbacks) = (pace.value, shared.callbacks)
        await Self.within(pace.isAnswered ? drainLimit : DrainPace.leave) {
            await callbacks.drain(upTo: pace.isAnswered ? .seconds(5) : .zero)
        }
    }

    /// Ends the daemon's lease and the streams of ended jobs.
    private nonisolated func leave() async {
        let limit = pace.value.isAnswered ? drainLimit : DrainPace.leave
        if let history, pace.value.isAnswered {
            // ignored: a stop loses the last seconds of statistics at most
            await Self.within(DrainPace.leave) { try? await history.flush() }
        }
        if await !Self.within(limit, { [self] in await endLease() }) { logLease("the store does not answer") }
        shared.effects.ends.finish()
    }

    /// The grace while no worker holds a job. A claim already sent may bring a job within the idle grace.
    private static let idleGrace = Duration.milliseconds(2500)

    /// True while no worker holds a job and every completion is written.
    private nonisolated var holdsNothing: Bool { state.busy == 0 && shared.kept.isEmpty }

    /// Returns when the workers have ended, the grace is over or cut short, or no worker has held a job for
    /// `idleGrace`.
    private func graceEnds() async {
        let end = ContinuousClock.now + shared.settings.grace
        var idleSince: ContinuousClock.Instant?
        while ContinuousClock.now < end {
            if await graceOver.wait(upTo: min(end - .now, .milliseconds(100))) { return }
            idleSince = holdsNothing ? idleSince ?? .now : nil
            if let idleSince, .now - idleSince >= Self.idleGrace { return }
        }
    }

    /// Returns true when `body` ended within `limit`. A body over the limit keeps running.
    @discardableResult
    private static func within(_ limit: Duration, _ body: @escaping @Sendable () async -> Void) async -> Bool {
        let over = Latch()
        // A queue for each call, because a body may block, and a pipeline's tasks may hold the pool that all tasks share.
        Task(executorPreference: DispatchQueueExecutor(label: "ix.engine.step")) {
            await body()
            over.open()
        }
        return await over.wait(upTo: limit)
    }

    /// Hands back the jobs that the daemon still holds, and ends the daemon's lease.
    func endLease() async {
        let daemonID = shared.registration.daemonID
        do {
            // Jobs still held are handed back first, because a shutdown is no death of the daemon: the hand-back costs
            // no start and makes no suspects.
            let back = try await dutyStore.perform { try $0.handBackLostClaims(daemonID, running: [], older: .zero) }
            for row in back { shared.effects.conclude(row, by: .shutdown) }
            try await dutyStore.perform { try $0.endLease(daemonID) }
        } catch {
            logLease("\(error)")
        }
    }

    private nonisolated func logLease(_ reason: String) {
        shared.logger.log(.leaseNotEnded, ["reason": "\(reason)"])
    }
}
