import Dispatch
import IXCore
import IXLogs
import IXPipelines
import IXStore
import Logging

/// The worker claims a single job at a time, runs the job, writes the completion, and repeats. The worker holds no
/// thread while its pipeline runs.
actor Worker {
    nonisolated let executor: DispatchQueueExecutor
    private let shared: WorkerShared
    private let stage: WorkerStage
    private var backoff = Backoff()
    private var gates: [String: Admission.Gate] = [:]

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameter queue: the queue that provides the thread of the worker's own queue; nil takes a thread of the
    ///   system.
    init(_ stage: WorkerStage, shared: WorkerShared, on queue: DispatchQueue?) {
        executor = DispatchQueueExecutor(label: "ix.worker.\(stage.number)", target: queue)
        self.stage = stage
        self.shared = shared
    }

    /// Claims and runs jobs until the drain begins and the current job has ended.
    func work() async {
        defer { stage.enter(.stopped) }
        var next: HeldJob?
        while true {
            if let held = next {
                next = await process(held)
            } else if shared.gate.isDraining {
                return
            } else {
                next = await claim()
            }
        }
    }

    private func claim() async -> HeldJob? {
        let ticket = shared.gate.ticket
        let wish = newWish()
        stage.enter(.claiming)
        do {
            let job = try await shared.ask(Exchange(claim: wish.claim)).job
            answered()
            guard let held = settle(wish, job) else {
                await waitForWork(since: ticket)
                return nil
            }
            shared.gate.passOn()
            return held
        } catch {
            _ = settle(wish, nil)
            shared.lastClaim.value = .now
            stage.enter(.waiting)
            await pause(after: error, until: shared.draining)
            return nil
        }
    }

    /// Waits for work after a claim found no job. `ticket` was read before the claim.
    private func waitForWork(since ticket: UInt64) async {
        shared.gate.cameBackEmpty()
        stage.enter(.idle)
        await shared.gate.wait(since: ticket)
    }

    private func process(_ held: HeldJob) async -> HeldJob? {
        let job = held.job
        let log = JobLog(
            job, daemonID: shared.registration.daemonID, worker: stage.number, base: shared.logger)
        stage.enter(.running, job)
        log.claimed()
        var ending: Finish?
        var verdict = CircuitBreaker.Verdict.nothing
        switch Intake(pipelines: shared.pipelines).look(at: job) {
        case .refuse(let error):
            ending = Ending(job: job, timeout: .zero).refused(error)
        case .leave(let useCase):
            shared.admission.foreignCame()
            defer {
                shared.admission.foreignWent()
                shared.onForeign.value()
            }
            leave(held.gate, verdict)
            return await persist(Ending(job: job, timeout: .zero).left(useCase), of: job, log)
        case .run(let request, let entry):
            let (end, run) = await run(job, request, entry, log)
            verdict = end.verdict
            ending = Ending(job: job, timeout: entry.timeout, retry: entry.retry, logTail: run.log.tail).finish(of: end)
            ending?.hasProgress = run.hasProgress
        }
        leave(held.gate, verdict)
        guard let ending else {
            shared.running.forget(job.attempt.claimID)
            log.dropped()
            return nil
        }
        return await persist(ending, of: job, log)
    }

    private func run(
        _ job: ClaimedJob, _ request: RequestIX, _ entry: PipelineRegistry.Entry, _ log: JobLog
    ) async -> (Run.End, Run) {
        let patience = shared.settings.killGrace + .seconds(5)
        let run = Run(job.attempt, patience: patience, deadline: .now + entry.timeout)
        let context = PipelineContext(
            attempt: job.attempt, maxAttempts: job.maxAttempts, timeout: entry.timeout,
            daemonID: shared.registration.daemonID, worker: stage.number, logger: log.logger, log: run.log)
        stage.enter(.running, job, mustEndBy: run.deadline + patience)
        shared.running.started(job.attempt.claimID, run)
        if shared.isStopping { run.stop(.shutdown) }
        run.start(on: executor) { try await entry.pipeline.run(request, context: context) }
        let end = await run.end()
        if case .threw(let error) = end { log.threw(error) }
        return (end, run)
    }

    /// Writes the completion, and claims the next job in the same call unless the drain has begun. Returns the next
    /// job, nil when no job was due.
    ///
    /// Without a next job the method returns when work may have arrived. A completion that the store doesn't accept is
    /// kept.
    private func persist(_ finish: Finish, of job: ClaimedJob, _ log: JobLog) async -> HeldJob? {
        var finish = finish
        finish.hasCallback = job.hasCallback
        let ticket = shared.gate.ticket
        let wish = shared.gate.isDraining ? nil : newWish()
        stage.enter(.finishing, job)
        Failpoint.endUnwritten.reach()
        do {
            let answer = try await shared.ask(Exchange(finish: finish, claim: wish?.claim))
            Failpoint.endCommitted.reach()
            answered()
            shared.running.forget(job.attempt.claimID)
            if let result = answer.finish { shared.effects.conclude(finish, result, log) }
            guard let wish else { return nil }
            if let held = settle(wish, answer.job) { return held }
            await waitForWork(since: ticket)
            return nil
        } catch {
            // `ClaimsDuty` finds a claim whose reply was lost; from here on only the completion counts.
            if let wish { _ = settle(wish, nil) }
            stage.enter(.waiting, job)
            let end = KeptEnd(finish, of: job, after: error, log: log)
            await shared.kept.keep(end) { [stage] in stage.enter(.waiting, job) }
            return nil
        }
    }

    private func newWish() -> Wish {
        let places = shared.admission.reserve()
        let claim = Claim(daemonID: shared.registration.daemonID, useCases: places.filter)
        shared.running.expect(claim.claimID)
        return Wish(claim: claim, places: places)
    }

    /// Returns the claimed job with its slot at a pipeline. Without a job, the claim's reserved slots are released.
    private func settle(_ wish: Wish, _ job: ClaimedJob?) -> HeldJob? {
        let gate = job.flatMap { shared.pipelines[$0.names.useCase ?? ""]?.name }.map(gate)
        shared.admission.settle(wish.places, took: gate)
        if job == nil { shared.running.forget(wish.claim.claimID) }
        return job.map { HeldJob(job: $0, gate: gate) }
    }

    private func gate(_ pipeline: String) -> Admission.Gate {
        if let gate = gates[pipeline] { return gate }
        let gate = shared.admission.gate(of: pipeline)
        gates[pipeline] = gate
        return gate
    }

    private func leave(_ gate: Admission.Gate?, _ verdict: CircuitBreaker.Verdict) {
        guard let gate, let change = shared.admission.ended(gate, verdict) else { return }
        let pipeline = gate.name
        switch change {
        case .opened(let reason, let pause):
            shared.logger.tell(
                .breakerOpened,
                ["pipeline": "\(pipeline)", "reason": "\(reason)", "seconds": "\(pause.components.seconds)"])
        case .closed: shared.logger.tell(.breakerClosed, ["pipeline": "\(pipeline)"])
        }
        shared.onBreakers.value()
    }

    private func answered() {
        shared.lastClaim.value = .now
        backoff.reset()
        shared.outage.answered()
    }

    private func pause(after error: StoreError, until end: Latch) async {
        shared.outage.failed(error)
        await end.wait(upTo: backoff.next())
    }
}

/// A claim request and the slots that the claim may fill.
private struct Wish: Sendable {
    let claim: Claim
    let places: Admission.Reservation
}

/// A claimed job and the counter of the pipeline where the job has a slot.
private struct HeldJob: Sendable {
    let job: ClaimedJob
    let gate: Admission.Gate?
}

extension Run.End {
    /// The verdict of the run about its pipeline.
    fileprivate var verdict: CircuitBreaker.Verdict {
        guard case .reported(let report) = self else { return .nothing }
        if let fault = report.fault { return fault.isUnstarted ? .unstarted(fault.reason) : .fault(fault.reason) }
        return report.outcome == .cancelled ? .nothing : .well
    }
}
