internal import Glibc
internal import IXConcurrency
internal import IXCore
internal import IXPipelines
import IXTelemetry
internal import Logging
internal import SystemPackage

/// `WarmProcessLoop` follows a warm process from its start to its last byte: waits for events and carries out the steps of
/// `WarmLifecycle`.
///
/// Concurrency: used only by the thread that runs the loop.
final class WarmProcessLoop {
    private let settings: WarmSettings
    private let mail: WarmMail
    private let registry: ChildRegistry?
    private let walls: Walls
    private let logger: Logger
    private let events: Events

    /// The pool's part in the life of a process.
    struct Events {
        /// The process takes another job.
        let onIdle: () -> Void
        /// Returns true when the process may end because it was idle for too long.
        let mayLeave: () -> Bool
    }

    private var lifecycle = WarmLifecycle()
    private var timers: WarmTimers
    private var job: WarmJob?
    private var record = WarmRecord()
    /// True when the pool counts a process that is still loading among the idle ones.
    private var isOffered = false
    private var lines = LineFramer(limit: WarmLine.limit, excess: .stop)
    /// Standard error, logged with the current job's fields; between two jobs, with the process's own.
    private var errors: ErrorLog

    private var child: WarmChild!

    /// Creates the loop.
    ///
    /// - Parameter first: the job that the process is started for, answered even when the start fails; nil for a process
    ///   that is to be ready before jobs come.
    init(
        _ settings: WarmSettings, mail: WarmMail, registry: ChildRegistry?, walls: Walls, logger: Logger,
        first: WarmJob?, events: Events
    ) {
        self.settings = settings
        self.mail = mail
        (self.registry, self.walls) = (registry, walls)
        self.logger = logger
        self.events = events
        job = first
        errors = first.map { ErrorLog($0.context) } ?? ErrorLog(logger: logger, log: RunLog())
        timers = WarmTimers(settings)
    }

    /// Blocks until the process has ended and no process of the run is left. Returns the fault of a process that failed
    /// to load while no job waited for it; a job's own fault is in the job's report.
    func run() -> PipelineFault? {
        do {
            try start()
        } catch let failure {
            logUnrunnable(failure.reason, failure.jobError.code)
            return conclude(
                PipelineReport(
                    .retry(after: nil, failure.jobError), fault: PipelineFault(failure.fault, isUnstarted: true)))
        }
        while !lifecycle.isEnded { turn() }
        tidy()
        return conclude(lastReport)
    }

    private func start() throws(StartFailure) {
        // A process that can't be woken would answer no job.
        guard mail.arrival.isUsable else { throw StartFailure(Errno.tooManyOpenFiles) }
        child = try WarmChild(settings.program, registry: registry, walls: walls, logger: logger)
        timers.startStart()
    }

    private func turn() {
        var ready = [
            pollfd(fd: mail.arrival.descriptor, events: Int16(POLLIN), revents: 0), child.input.interest,
            child.output.interest,
            child.error.interest,
            pollfd(fd: record.exit == nil ? child.process.descriptor : -1, events: Int16(POLLIN), revents: 0),
        ]
        poll(&ready, nfds_t(ready.count), timers.wait(polling: child.process.descriptor < 0, or: pausedUntil))
        // Output is read before commands, because a job that has been answered can't be cancelled.
        if ready[3].revents != 0 { child.error.read { errors.take($0) } }
        if ready[2].revents != 0 { readOutput() }
        if ready[1].revents != 0 { child.input.flush() }
        if ready[0].revents != 0 { takeWishes() }
        if child.output.isClosed, child.error.isClosed { apply(.streamsEnded) }
        if child.process.descriptor < 0 || ready[4].revents != 0 { lookForExit() }
        for event in timers.due() { apply(event) }
        if lifecycle.isIdle { leaveIfDue() }
    }

    private var pausedUntil: ContinuousClock.Instant? { [child.output, child.error].compactMap(\.pausedUntil).min() }

    private func takeWishes() {
        let commands = mail.take()
        if let next = commands.job, next !== job { accept(next) }
        if commands.cancels { lifecycle.isStarting ? release() : apply(.cancelled) }
        if commands.closes { apply(.closed) }
        if lifecycle.isStarting, lifecycle.isClosed, job == nil { apply(.unneeded) }
    }

    private func leaveIfDue() {
        if timers.isTooOld { return retire() }
        guard timers.isIdleTooLong else { return }
        events.mayLeave() ? retire() : timers.startIdle()
    }

    /// Takes a job. A process that is still loading keeps the job until the process is ready.
    private func accept(_ next: WarmJob) {
        guard lifecycle.isIdle || lifecycle.isStarting && job == nil else { return next.answer(WarmAnswer.missed) }
        job = next
        isOffered = false
        errors = ErrorLog(next.context)
        if lifecycle.isIdle { sendJob() }
    }

    /// Answers a cancelled job whose process still loads. Loading goes on for the next job.
    private func release() {
        guard let job else { return }
        self.job = nil
        mail.forget(job)
        isOffered = true
        if !lifecycle.isClosed { events.onIdle() }
        job.answer(PipelineReport(.cancelled))
    }

    private func sendJob() {
        guard let job else { return }
        record.begin()
        timers.endIdle()
        job.context.clock.begin()
        apply(.given)
        child.input.send(job.line(directory: settings.freshDirectory ? child.makeJobDirectory() : nil))
    }

    private func readOutput() {
        var found: [[UInt8]] = []
        child.output.read { bytes in lines.take(bytes) { found.append(Array($0)) } }
        for line in found { take(line) }
        if lines.hasOverflowed { apply(.unusable) }
    }

    private func take(_ bytes: [UInt8]) {
        if WarmLine(bytes).map(accept) != true { refuse(bytes) }
    }

    /// Handles a line. Returns false for a line that is not valid in the current state.
    private func accept(_ line: WarmLine) -> Bool {
        switch line {
        case .ready(let version): return begin(version)
        case .log(let run, let text): if isCurrent(run) { errors.say(text) }
        case .progress(let run, let progress): if isCurrent(run) { job?.context.progress(progress) }
        case .done(let run, let response, let isLast): return answer(run, isLast) { WarmAnswer.done(response) }
        case .retry(let run, let pause, let message, let isLast):
            return answer(run, isLast) { WarmAnswer.retry(pause, message) }
        case .discard(let run, let code, let message, let isLast):
            return answer(run, isLast) { WarmAnswer.discard(code, message) }
        case .unusable(let run, let reason, let text):
            return answer(run, false) { WarmAnswer.unusable(reason, text) }
        }
        return true
    }

    private func begin(_ version: Int) -> Bool {
        guard lifecycle.isStarting else { return false }
        guard WarmRecord.versions.contains(version) else {
            record.unknownVersion = version
            apply(.unusable)
            return true
        }
        timers.endStart()
        apply(.ready)
        guard lifecycle.isIdle else { return true }
        if job != nil { sendJob() } else { wait() }
        return true
    }

    /// Waits for a job; the pool learns of it once.
    private func wait() {
        timers.startIdle()
        if !isOffered { events.onIdle() }
        isOffered = false
    }

    /// Returns true when `run` is the current run. A thread left from an earlier run may still write log and progress
    /// lines, which must not reach the current job.
    private func isCurrent(_ run: WarmRun) -> Bool {
        guard let job else { return true }
        guard run.isOf(job) else { return false }
        record.hasSpoken = true
        return true
    }

    private func answer(_ run: WarmRun, _ isLast: Bool, _ outcome: () -> Outcome) -> Bool {
        guard let job, run.isOf(job), lifecycle.mayAnswer else { return false }
        if isLast { record.isLeaving = true }
        let outcome = lifecycle.isCancelled ? .cancelled : outcome()
        // A client library that doesn't know attempts may apply the cancellation to the job's next attempt as well; so
        // the process is replaced.
        if lifecycle.isCancelled, run.attempt == nil { record.isConfused = true }
        finish(job, PipelineReport(outcome))
        return true
    }

    /// Marks the process idle before the job is answered, so that the caller's next job reuses this process instead of
    /// starting another.
    private func finish(_ job: WarmJob, _ report: PipelineReport) {
        child.error.read { errors.take($0) }
        errors.finish()
        errors = ErrorLog(logger: logger, log: RunLog())
        self.job = nil
        timers.endGrace()
        mail.forget(job)
        child.removeJobDirectory()
        apply(.answered)
        if isUsedUp { retire() } else if lifecycle.isIdle { wait() }
        job.answer(report)
    }

    private var isUsedUp: Bool {
        if record.mustLeave || timers.isTooOld { return true }
        if let most = settings.maxJobs, record.jobs >= most { return true }
        return settings.recycleBytes.map { ProcessTable.residentBytes(of: child.process.number) > $0 } ?? false
    }

    private func retire() {
        mail.close()
        apply(.closed)
    }

    /// Counts a line that means nothing here. No such line ends a job: the answer is still to come.
    private func refuse(_ bytes: [UInt8]) {
        guard record.countsForLog() else { return }
        let line = SafeText.snippet(bytes, bytes: PipelineLimits.snippetBytes)
        (job?.context.logger ?? logger).log(.pipelineMalformedLines, ["line": "\(line)"])
    }

    private func lookForExit() {
        guard record.exit == nil, let status = ChildExit.status(of: child.process.number) else { return }
        record.exit = status
        apply(.exited)
    }

    private func apply(_ event: WarmLifecycle.Event) {
        for step in lifecycle.apply(event) { carryOut(step) }
    }

    private func carryOut(_ step: WarmLifecycle.Step) {
        switch step {
        case .tellCancel:
            if let job { child.input.send(job.cancelLine) }
            timers.startTerm(settings.program.killGrace / 2)
        case .closeInput:
            child.input.close()
            timers.startGrace(settings.program.killGrace)
        case .terminate:
            ProcessGroup(leader: child.process.number).terminate()
            timers.startGrace(settings.program.killGrace / 2)
        case .kill: ProcessGroup(leader: child.process.number).kill()
        case .sweep:
            child.process.group?.kill()
            OrphanedProcesses(leader: child.process.number, mark: child.directory.mark, isOld: true).kill()
            timers.startDrain()
        case .end: child.closeStreams()
        }
    }

    private func tidy() {
        child.closeStreams()
        errors.finish()
        child.remove()
    }

    /// Answers the remaining jobs: the current job, and a job that was given too late.
    private func conclude(_ report: PipelineReport) -> PipelineFault? {
        let late = mail.end()
        if let late, late !== job { late.answer(WarmAnswer.missed) }
        if let job {
            job.answer(report)
            return nil
        }
        return timers.hasStarted || lifecycle.isClosed ? nil : report.fault
    }

    private var lastReport: PipelineReport {
        if lifecycle.isCancelled { return PipelineReport(.cancelled, exit: record.exit) }
        if lines.hasOverflowed { return PipelineReport(.discard(WarmAnswer.tooLarge), exit: record.exit) }
        guard timers.hasStarted else {
            let reason = record.unreadiness(isLate: timers.startIsOver)
            if !lifecycle.isClosed || job != nil { logUnrunnable(reason, PipelineCode.misconfigured) }
            return WarmAnswer.unready(reason, record.exit)
        }
        if record.hasLeftUnheard, !lines.hasBegun { return WarmAnswer.left }
        settings.program.meters?.crashed()
        return WarmAnswer.crashed(record.end, record.exit)
    }

    private func logUnrunnable(_ reason: String, _ code: String) {
        (job?.context.logger ?? logger).log(
            .pipelineUnrunnable,
            ["code": .string(code), "program": .string(settings.program.command[0]), "reason": .string(reason)])
    }
}
