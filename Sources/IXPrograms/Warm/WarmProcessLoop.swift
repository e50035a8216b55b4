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
    private static let malformedLimit = 10
    private let settings: WarmSettings
    private let mail: WarmMail
    private let registry: ChildRegistry?
    private let walls: Walls
    private let logger: Logger
    private let onIdle: () -> Void

    private var lifecycle = WarmLifecycle()
    private var timers: WarmTimers
    private var job: WarmJob?
    private var jobs = 0
    private var malformedLines = 0
    private var isConfused = false
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
    /// - Parameter first: the job that the process is started for; answered even when the start fails.
    init(
        _ settings: WarmSettings, mail: WarmMail, registry: ChildRegistry?, walls: Walls, logger: Logger,
        first: WarmJob, onIdle: @escaping () -> Void
    ) {
        self.settings = settings
        self.mail = mail
        (self.registry, self.walls) = (registry, walls)
        self.logger = logger
        self.onIdle = onIdle
        job = first
        errors = ErrorLog(first.context)
        timers = WarmTimers(settings)
    }

    /// Blocks until the process has ended and no process of the run is left.
    func run() {
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
        conclude(lastReport)
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
        if lifecycle.isIdle, timers.isTooOld { retire() }
    }

    private var pausedUntil: ContinuousClock.Instant? { [output, error].compactMap(\.pausedUntil).min() }

    private func takeWishes() {
        let commands = mail.take()
        if let next = commands.job, next !== job {
            lifecycle.isIdle ? begin(next) : next.answer(WarmAnswer.missed)
        }
        if commands.cancels { apply(.cancelled) }
        if commands.closes { apply(.closed) }
    }

    private func begin(_ next: WarmJob) {
        job = next
        errors = ErrorLog(next.context)
        sendJob()
    }

    private func sendJob() {
        guard let job else { return }
        jobs += 1
        apply(.given)
        input.send(job.line)
    }

    private func readOutput() {
        var found: [[UInt8]] = []
        output.read { bytes in lines.take(bytes) { found.append(Array($0)) } }
        for line in found { take(line) }
        if lines.hasOverflowed { apply(.unusable) }
    }

    private func take(_ bytes: [UInt8]) {
        guard let line = WarmLine(bytes), accept(line) else { return refuse(bytes) }
        malformedLines = 0
    }

    /// Handles a line. Returns false for a line that is not valid in the current state.
    private func accept(_ line: WarmLine) -> Bool {
        switch line {
        case .ready(let version): return begin(version)
        case .log(let run, let text): if isCurrent(run) { errors.say(text) }
        case .progress(let run, let progress): if isCurrent(run) { job?.context.progress(progress) }
        case .done(let run, let response): return answer(run) { WarmAnswer.done(response) }
        case .retry(let run, let pause, let message): return answer(run) { WarmAnswer.retry(pause, message) }
        case .discard(let run, let code, let message): return answer(run) { WarmAnswer.discard(code, message) }
        case .unusable(let run, let reason, let text): return answer(run) { WarmAnswer.unusable(reason, text) }
        }
        return true
    }

    private func begin(_ version: Int) -> Bool {
        guard lifecycle.state == .starting, version == 1 else { return false }
        timers.endStart()
        apply(.ready)
        if lifecycle.isIdle { sendJob() }
        return true
    }

    /// Returns true when `run` is the current run. Lines that an earlier run's thread still writes must not reach the job.
    private func isCurrent(_ run: WarmRun) -> Bool { job.map { run.isOf($0) } ?? true }

    private func answer(_ run: WarmRun, _ outcome: () -> Outcome) -> Bool {
        guard let job, run.isOf(job), lifecycle.mayAnswer else { return false }
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
        apply(.answered)
        if isUsedUp { retire() } else if lifecycle.isIdle { onIdle() }
        job.answer(report)
    }

    private var isUsedUp: Bool {
        if isConfused { return true }
        if let most = settings.maxJobs, jobs >= most { return true }
        if timers.isTooOld { return true }
        return settings.recycleBytes.map { ProcessTable.residentBytes(of: child.number) > $0 } ?? false
    }

    private func retire() {
        mail.close()
        apply(.closed)
    }

    private func refuse(_ bytes: [UInt8]) {
        malformedLines += 1
        let line = SafeText.snippet(bytes, bytes: PipelineLimits.snippetBytes)
        (job?.context.logger ?? logger).log(.pipelineMalformedLines, ["line": "\(line)"])
        if malformedLines >= Self.malformedLimit { apply(.unusable) }
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
        errors.finish()
        child.reap()
        registry?.forget(slot)
        RunPreparation.remove(directory, logger)
    }

    /// Answers the remaining jobs: the current job, and a job that was given too late.
    private func conclude(_ report: PipelineReport) {
        let late = mail.end()
        if let job { job.answer(report) }
        if let late, late !== job { late.answer(WarmAnswer.missed) }
    }

    private var lastReport: PipelineReport {
        if lifecycle.isCancelled { return PipelineReport(.cancelled, exit: exit) }
        let end = exit.map { "\($0)" } ?? "an unknown end"
        if lines.hasOverflowed { return PipelineReport(.discard(WarmAnswer.tooLarge), exit: exit) }
        guard timers.hasStarted else {
            let reason = timers.startIsOver ? "not ready within start_timeout_seconds" : "\(end) before it was ready"
            if job != nil { logUnrunnable(reason, PipelineCode.misconfigured) }
            return WarmAnswer.unready(reason, exit)
        }
        return WarmAnswer.crashed(
            malformedLines >= Self.malformedLimit ? "ten lines that are not of the protocol" : end, exit)
    }

    private func logUnrunnable(_ reason: String, _ code: String) {
        (job?.context.logger ?? logger).log(
            .pipelineUnrunnable,
            ["code": .string(code), "program": .string(settings.program.command[0]), "reason": .string(reason)])
    }
}
