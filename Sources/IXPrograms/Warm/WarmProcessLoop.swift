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
    /// Malformed lines are logged up to this number, and then counted alone.
    private static let malformedLogged = 10
    private static let versions = 1...2
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
    private var jobs = 0
    private var malformedLines = 0
    private var isConfused = false
    /// True when the process said that an answer was its last.
    private var isLeaving = false
    /// True once the process said a word on its job, even if the word was unusable.
    private var hasSpoken = false
    /// True when the pool counts a process that is still loading among the idle ones.
    private var isOffered = false
    private var unknownVersion: Int?
    private var jobDirectory: PrivateDirectory?
    private var exit: ExitStatus?
    private var lines = LineFramer(limit: WarmLine.limit, excess: .stop)
    /// Standard error, logged with the current job's fields; between two jobs, with the process's own.
    private var errors: ErrorLog

    private var child: ChildProcess!
    private var slot: ChildRegistry.Slot?
    private var directory: PrivateDirectory!
    private var input: OutgoingLines!
    private var output: OutputReader!
    private var error: OutputReader!

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
            registry?.forget(slot)
            logUnrunnable(failure.reason, failure.jobError.code)
            if let directory { RunPreparation.remove(directory, logger) }
            return conclude(
                PipelineReport(
                    .retry(after: nil, failure.jobError), fault: PipelineFault(failure.reason, isUnstarted: true)))
        }
        while !lifecycle.isEnded { turn() }
        tidy()
        return conclude(lastReport)
    }

    private func start() throws(StartFailure) {
        // A process that can't be woken would answer no job.
        guard mail.arrival.isUsable else { throw StartFailure(Errno.tooManyOpenFiles) }
        let pipes: StandardStreams
        do throws(Errno) {
            directory = try PrivateDirectory(
                root: settings.program.workingRoot, name: "worker", user: settings.program.user)
        } catch { throw StartFailure(homeless: settings.program.workingRoot, error) }
        do throws(Errno) {
            pipes = try StandardStreams()
        } catch { throw StartFailure(error) }
        input = OutgoingLines(descriptor: pipes.input)
        output = OutputReader(descriptor: pipes.output)
        error = OutputReader(descriptor: pipes.error)
        defer { pipes.closeChildEnds() }
        do {
            slot = try registry?.enter(directory, run: "worker")
        } catch {
            closeStreams()
            throw error
        }
        do {
            child = try ChildProcess(
                settings.program.command,
                variables: JobEnvironment.variables(settings.program.base, directory: directory),
                directory: directory.path, ends: pipes.childEnds, limits: settings.program.limits,
                walls: walls, user: settings.program.user, groups: registry?.groups)
        } catch {
            closeStreams()
            throw error
        }
        if let slot { registry?.note(child.number, at: slot) }
        timers.startStart()
    }

    private func turn() {
        var ready = [
            pollfd(fd: mail.arrival.descriptor, events: Int16(POLLIN), revents: 0), input.interest, output.interest,
            error.interest,
            pollfd(fd: exit == nil ? child.descriptor : -1, events: Int16(POLLIN), revents: 0),
        ]
        poll(&ready, nfds_t(ready.count), timers.wait(polling: child.descriptor < 0, or: pausedUntil))
        // Output is read before commands, because a job that has been answered can't be cancelled.
        if ready[3].revents != 0 { error.read { errors.take($0) } }
        if ready[2].revents != 0 { readOutput() }
        if ready[1].revents != 0 { input.flush() }
        if ready[0].revents != 0 { takeWishes() }
        if output.isClosed, error.isClosed { apply(.streamsEnded) }
        if child.descriptor < 0 || ready[4].revents != 0 { lookForExit() }
        for event in timers.due() { apply(event) }
        if lifecycle.isIdle { leaveIfDue() }
    }

    private var pausedUntil: ContinuousClock.Instant? {
        [output.pausedUntil, error.pausedUntil].compactMap { $0 }.min()
    }

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
        jobs += 1
        hasSpoken = false
        timers.endIdle()
        makeJobDirectory()
        job.context.clock.begin()
        apply(.given)
        input.send(job.line(directory: jobDirectory?.path))
    }

    private func makeJobDirectory() {
        guard settings.freshDirectory else { return }
        do throws(Errno) {
            jobDirectory = try PrivateDirectory(root: directory.path, name: "job", user: settings.program.user)
        } catch {
            job?.context.logger.log(.pipelineLeftDirectory, ["path": .string("\(directory.path): \(error)")])
        }
    }

    private func removeJobDirectory() {
        if let jobDirectory { RunPreparation.remove(jobDirectory, logger) }
        jobDirectory = nil
    }

    private func readOutput() {
        var found: [[UInt8]] = []
        output.read { bytes in lines.take(bytes) { found.append(Array($0)) } }
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
        guard Self.versions.contains(version) else {
            unknownVersion = version
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
        hasSpoken = true
        return true
    }

    private func answer(_ run: WarmRun, _ isLast: Bool, _ outcome: () -> Outcome) -> Bool {
        guard let job, run.isOf(job), lifecycle.mayAnswer else { return false }
        if isLast { isLeaving = true }
        let outcome = lifecycle.isCancelled ? .cancelled : outcome()
        // A client library that doesn't know attempts may apply the cancellation to the job's next attempt as well; so
        // the process is replaced.
        if lifecycle.isCancelled, run.attempt == nil { isConfused = true }
        finish(job, PipelineReport(outcome))
        return true
    }

    /// Marks the process idle before the job is answered, so that the caller's next job reuses this process instead of
    /// starting another.
    private func finish(_ job: WarmJob, _ report: PipelineReport) {
        error.read { errors.take($0) }
        errors.finish()
        errors = ErrorLog(logger: logger, log: RunLog())
        self.job = nil
        timers.endGrace()
        mail.forget(job)
        removeJobDirectory()
        apply(.answered)
        if isUsedUp { retire() } else if lifecycle.isIdle { wait() }
        job.answer(report)
    }

    private var isUsedUp: Bool {
        if isConfused || isLeaving { return true }
        if let most = settings.maxJobs, jobs >= most { return true }
        if timers.isTooOld { return true }
        return settings.recycleBytes.map { ProcessTable.residentBytes(of: child.number) > $0 } ?? false
    }

    private func retire() {
        mail.close()
        apply(.closed)
    }

    /// Counts a line that means nothing here. No such line ends a job: the answer is still to come.
    private func refuse(_ bytes: [UInt8]) {
        malformedLines += 1
        guard malformedLines <= Self.malformedLogged else { return }
        let line = SafeText.snippet(bytes, bytes: PipelineLimits.snippetBytes)
        (job?.context.logger ?? logger).log(.pipelineMalformedLines, ["line": "\(line)"])
    }

    private func lookForExit() {
        guard exit == nil, let status = ChildExit.status(of: child.number) else { return }
        exit = status
        apply(.exited)
    }

    private func apply(_ event: WarmLifecycle.Event) {
        for step in lifecycle.apply(event) { carryOut(step) }
    }

    private func carryOut(_ step: WarmLifecycle.Step) {
        switch step {
        case .tellCancel:
            if let job { input.send(job.cancelLine) }
            timers.startTerm(settings.program.killGrace / 2)
        case .closeInput:
            input.close()
            timers.startGrace(settings.program.killGrace)
        case .terminate:
            ProcessGroup(leader: child.number).terminate()
            timers.startGrace(settings.program.killGrace / 2)
        case .kill: ProcessGroup(leader: child.number).kill()
        case .sweep:
            child.group?.kill()
            OrphanedProcesses(leader: child.number, mark: directory.mark, isOld: true).kill()
            timers.startDrain()
        case .end: closeStreams()
        }
    }

    private func closeStreams() {
        input.close()
        output.stop()
        error.stop()
    }

    private func tidy() {
        closeStreams()
        removeJobDirectory()
        errors.finish()
        child.reap()
        registry?.forget(slot)
        RunPreparation.remove(directory, logger)
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
        if lifecycle.isCancelled { return PipelineReport(.cancelled, exit: exit) }
        let end = exit.map { "\($0)" } ?? "an unknown end"
        if lines.hasOverflowed { return PipelineReport(.discard(WarmAnswer.tooLarge), exit: exit) }
        guard timers.hasStarted else {
            let reason = unreadiness(end)
            if !lifecycle.isClosed || job != nil { logUnrunnable(reason, PipelineCode.misconfigured) }
            return WarmAnswer.unready(reason, exit)
        }
        if exit == .exited(0), !hasSpoken, !lines.hasBegun { return WarmAnswer.left }
        return WarmAnswer.crashed(end, exit)
    }

    private func unreadiness(_ end: String) -> String {
        if let unknownVersion {
            let known = Self.versions
            return "speaks version \(unknownVersion) of the protocol; this daemon speaks \(known.lowerBound) to \(known.upperBound)"
        }
        return timers.startIsOver ? "not ready within start_timeout_seconds" : "\(end) before it was ready"
    }

    private func logUnrunnable(_ reason: String, _ code: String) {
        (job?.context.logger ?? logger).log(
            .pipelineUnrunnable,
            ["code": .string(code), "program": .string(settings.program.command[0]), "reason": .string(reason)])
    }
}
