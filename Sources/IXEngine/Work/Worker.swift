import Dispatch
import IXConcurrency
import IXCore
import IXPipelines
import IXStore
import IXTelemetry
import Logging

/// The worker claims a single job at a time, runs the job, writes the completion, and repeats. The worker holds no
/// thread while its pipeline runs.
actor Worker {
    nonisolated let executor: DispatchQueueExecutor
    private let shared: WorkerContext
    private let stage: WorkerActivity
    private var backoff = Backoff()
    private var counters: [String: PipelineSlots.Counter] = [:]
    private var meters: JobMeters.Cache?

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameter queue: the queue that provides the thread of the worker's own queue; nil takes a thread of the
    ///   system.
    init(_ stage: WorkerActivity, shared: WorkerContext, on queue: DispatchQueue?) {
        executor = DispatchQueueExecutor(label: "ix.worker.\(stage.number)", target: queue)
        self.stage = stage
        self.shared = shared
        meters = shared.meters.map { JobMeters.Cache($0) }
    }

    /// Claims and runs jobs, on the worker's own queue, until the worker is one too many or the drain begins, and the
    /// current job has ended.
    nonisolated func run() async { await withTaskExecutorPreference(executor) { await work() } }

    private func work() async {
        defer { stage.enter(.stopped) }
        var next: HeldJob?
        while true {
            if let held = next {
                next = await process(held)
            } else if shared.idleWorkers.isDraining {
                return
            } else if shared.crew.leaves(stage) {
                // The notification that woke this worker is another's.
                shared.idleWorkers.wake()
                return
            } else {
                next = await claim()
            }
        }
    }

    private func claim() async -> HeldJob? {
        let generation = shared.idleWorkers.generation
        let request = newClaim()
        stage.enter(.claiming)
        do {
            let job = try await shared.send(WorkerRequest(claim: request.claim)).job
            answered()
            guard let held = accept(request, job) else {
                await waitForWork(since: generation)
                return nil
            }
            shared.idleWorkers.wakeMore()
            return held
        } catch {
            _ = accept(request, nil)
            shared.lastClaim.value = .now
            stage.enter(.waiting)
            await pause(after: error, until: shared.draining)
            return nil
        }
    }

    /// Waits for work after a claim found no job. `generation` was read before the claim.
    private func waitForWork(since generation: UInt64) async {
        shared.idleWorkers.cameBackEmpty()
        stage.enter(.idle)
        await shared.idleWorkers.wait(since: generation)
    }

    private func process(_ held: HeldJob) async -> HeldJob? {
        let job = held.job
        let useCase = meters?.of(job.names.useCase)
        useCase?.claimed(waited: job.waited)
        var log = JobLog(
            job, daemonID: shared.registration.daemonID, worker: stage.number, base: shared.logger, meters: useCase,
            tracing: shared.tracing)
        stage.enter(.running, job)
        log.claimed()
        Failpoint.claimed.reach(job.attempt)
        var completion: Completion?
        var verdict = CircuitBreaker.Verdict.nothing
        switch ClaimCheck(pipelines: shared.pipelines).decide(job) {
        case .refuse(let error):
            completion = CompletionRules(job: job, timeout: .zero).refused(error)
        case .leave(let useCase):
            shared.admission.foreignCame()
            defer {
                shared.admission.foreignWent()
                shared.onForeign.value()
            }
            leave(held.counter, verdict)
            return await persist(CompletionRules(job: job, timeout: .zero).left(useCase), of: job, log)
        case .run(let request, let entry):
            log.hasRun = true
            let (end, run) = await run(job, request, entry, log)
            verdict = end.verdict
            completion = CompletionRules(job: job, timeout: entry.timeout, retry: entry.retry, logTail: run.log.tail)
                .completion(of: end)
            completion?.hasProgress = run.hasProgress
        }
        leave(held.counter, verdict)
        guard let completion else {
            shared.running.forget(job.attempt.claimID)
            log.dropped()
            return nil
        }
        return await persist(completion, of: job, log)
    }

    private func run(
        _ job: ClaimedJob, _ request: RequestIX, _ entry: PipelineRegistry.Entry, _ log: JobLog
    ) async -> (JobRun.Result, JobRun) {
        let grace = entry.grace ?? shared.settings.killGrace + .seconds(5)
        let runLog = RunLog()
        let place = log.trace.context
        let context = PipelineContext(
            attempt: job.attempt, maxAttempts: job.maxAttempts, timeout: entry.timeout,
            daemonID: shared.registration.daemonID, worker: stage.number,
            trace: place.traceparent, traceState: place.state, logger: log.logger, log: runLog)
        let run = JobRun(job.attempt, log: runLog, grace: grace, clock: context.clock)
        stage.enter(.running, job) { run.deadline + grace }
        shared.running.started(job.attempt.claimID, run)
        if shared.isStopping { run.stop(.shutdown) }
        let start = ContinuousClock.now
        run.start(on: entry.isInProcess ? ThreadExecutor() : executor, isHere: !entry.isInProcess) {
            // Other pipelines have no code of their own that makes spans.
            guard entry.isInProcess else { return try await entry.pipeline.run(request, context: context) }
            return try await CallerCarrier.under(place) { try await entry.pipeline.run(request, context: context) }
        }
        let end = await run.end()
        log.trace.ran(entry.name, kind: entry.kind, end, lasting: .now - start)
        if case .threw(let error) = end { log.threw(error) }
        return (end, run)
    }

    /// Writes the completion, and claims the next job in the same call unless the worker takes no further job. Returns
    /// the next job, nil when no job was due.
    ///
    /// Without a next job the method returns when work may have arrived. A completion that the store doesn't accept is
    /// kept.
    private func persist(_ completion: Completion, of job: ClaimedJob, _ log: JobLog) async -> HeldJob? {
        var completion = completion
        completion.hasFollowers = job.hasFollowers
        let generation = shared.idleWorkers.generation
        let isLast = shared.idleWorkers.isDraining || shared.crew.isAbove(stage)
        let request = isLast ? nil : newClaim()
        stage.enter(.finishing, job)
        Failpoint.endUnwritten.reach(job.attempt)
        let start = ContinuousClock.now
        do {
            let answer = try await shared.send(WorkerRequest(completion: completion, claim: request?.claim))
            log.trace.settled(lasting: .now - start)
            Failpoint.endCommitted.reach(job.attempt)
            answered()
            if let failure = answer.failure {
                let next = request.flatMap { accept($0, answer.job) }
                await keep(completion, of: job, after: failure, log)
                return next
            }
            shared.running.forget(job.attempt.claimID)
            if let result = answer.completion { shared.effects.conclude(completion, result, log) }
            guard let request else { return nil }
            if let held = accept(request, answer.job) { return held }
            await waitForWork(since: generation)
            return nil
        } catch {
            // `ClaimsDuty` finds a claim whose reply was lost; from here on only the completion counts.
            if let request { _ = accept(request, nil) }
            await keep(completion, of: job, after: error, log)
            return nil
        }
    }

    /// Hands over a completion that the store did not accept. Returns when the worker may go on.
    private func keep(_ completion: Completion, of job: ClaimedJob, after error: StoreError, _ log: JobLog) async {
        stage.enter(.waiting, job)
        let end = KeptEnd(completion, of: job, after: error, log: log)
        await shared.kept.keep(end) { [stage] in stage.enter(.waiting, job) }
    }

    private func newClaim() -> ClaimRequest {
        let slots = shared.admission.reserve()
        let claim = Claim(
            daemonID: shared.registration.daemonID, useCases: slots.filter, queues: shared.registration.queues)
        shared.running.expect(claim.claimID)
        return ClaimRequest(claim: claim, slots: slots)
    }

    /// Returns the claimed job with its slot at a pipeline. Without a job, the claim's reserved slots are released.
    private func accept(_ request: ClaimRequest, _ job: ClaimedJob?) -> HeldJob? {
        let counter = job.flatMap { shared.pipelines[$0.names.useCase ?? ""]?.name }.map(counter)
        shared.admission.release(request.slots, keeping: counter)
        if job == nil { shared.running.forget(request.claim.claimID) }
        return job.map { HeldJob(job: $0, counter: counter) }
    }

    private func counter(_ pipeline: String) -> PipelineSlots.Counter {
        if let counter = counters[pipeline] { return counter }
        let counter = shared.admission.counter(of: pipeline)
        counters[pipeline] = counter
        return counter
    }

    private func leave(_ counter: PipelineSlots.Counter?, _ verdict: CircuitBreaker.Verdict) {
        guard let counter, let change = shared.admission.ended(counter, verdict) else { return }
        let pipeline = counter.name
        switch change {
        case .opened(let reason, let pause):
            shared.logger.log(
                .breakerOpened,
                ["pipeline": "\(pipeline)", "reason": "\(reason)", "seconds": .wholeSeconds(pause)])
        case .closed: shared.logger.log(.breakerClosed, ["pipeline": "\(pipeline)"])
        }
        shared.onBreakers.value()
    }

    private func answered() {
        shared.lastClaim.value = .now
        backoff.reset()
        shared.availability.answered()
    }

    private func pause(after error: StoreError, until end: Latch) async {
        shared.availability.failed(error)
        await end.wait(upTo: backoff.next())
    }
}

/// A claim request and the slots that the claim may fill.
private struct ClaimRequest: Sendable {
    let claim: Claim
    let slots: ClaimReservation
}

/// A claimed job and the counter of the pipeline where the job has a slot.
private struct HeldJob: Sendable {
    let job: ClaimedJob
    let counter: PipelineSlots.Counter?
}

extension JobRun.Result {
    /// The verdict of the run about its pipeline.
    fileprivate var verdict: CircuitBreaker.Verdict {
        guard case .reported(let report) = self else { return .nothing }
        if let fault = report.fault, let hold = fault.hold { return .held(fault.reason, for: hold) }
        if let fault = report.fault { return fault.isUnstarted ? .unstarted(fault.reason) : .fault(fault.reason) }
        return report.outcome == .cancelled ? .nothing : .well
    }
}
