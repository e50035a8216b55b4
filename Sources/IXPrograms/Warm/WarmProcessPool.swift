internal import Dispatch
internal import IXCore
internal import IXPipelines
internal import Logging
internal import Synchronization

/// `WarmProcessPool` keeps the warm processes of a pipeline. The pool grows to the highest number of jobs run at a time, and
/// shrinks to `minProcesses` while jobs stay away; the process used last is used first.
final class WarmProcessPool: Sendable {
    private struct State {
        var idle: [WarmProcess] = []
        var alive = 0
        var isClosed = false
        /// True while a look at `minProcesses` is due after a pause.
        var isWaiting = false
        var backoff = Backoff(first: .milliseconds(100), limit: .seconds(10))
        var notBefore = ContinuousClock.now
        var closing: [CheckedContinuation<Void, Never>] = []
    }

    private let settings: WarmSettings
    private let registry: ChildRegistry?
    private let walls: Walls
    private let logger: Logger
    private let state = Mutex(State())

    init(_ settings: WarmSettings, _ registry: ChildRegistry?, _ walls: Walls, _ logger: Logger) {
        self.settings = settings
        (self.registry, self.walls) = (registry, walls)
        self.logger = logger
    }

    /// The time to wait before the next start, because the last processes failed; nil when no wait is needed.
    var pause: Duration? {
        state.withLock { state in
            guard state.idle.isEmpty, state.notBefore > .now else { return nil }
            return state.notBefore - .now
        }
    }

    /// Gives the job to an idle process, or to a new process when none is idle.
    func give(_ job: WarmJob) -> WarmProcess {
        let generation = walls.generation
        while let process = state.withLock({ $0.idle.popLast() }) {
            // A file that the process could read was replaced since its start, and the process can't read the new file.
            if process.generation != generation { process.close() }
            if process.give(job) { return process }
        }
        state.withLock { $0.alive += 1 }
        return start(for: job)
    }

    private func start(for job: WarmJob?) -> WarmProcess {
        let process = WarmProcess(generation: walls.generation)
        process.start(settings, registry: registry, walls: walls, logger: logger, events: events, for: job)
        return process
    }

    /// Starts processes up to `minProcesses`, so that the next jobs find them loaded. After a failed start the next one
    /// waits for the backoff.
    func keepUp() {
        let (missing, pause) = state.withLock { state -> (Int, Duration) in
            guard !state.isClosed, !state.isWaiting else { return (0, .zero) }
            let pause = max(state.notBefore - .now, .zero)
            if pause > .zero, state.alive < settings.minProcesses {
                state.isWaiting = true
                return (0, pause)
            }
            let missing = max(settings.minProcesses - state.alive, 0)
            state.alive += missing
            return (missing, .zero)
        }
        for _ in 0..<missing { _ = start(for: nil) }  // ignored: the pool learns of the process by its events
        guard pause > .zero else { return }
        DispatchQueue.global().asyncAfter(deadline: .now() + pause.inSeconds) { [weak self] in
            guard let self else { return }
            state.withLock { $0.isWaiting = false }
            keepUp()
        }
    }

    /// Records a job's report: after a fault the next start is delayed by the backoff; a report without a fault resets
    /// the backoff.
    func note(_ report: PipelineReport) {
        note(report.fault)
    }

    private func note(_ fault: PipelineFault?) {
        state.withLock { state in
            guard fault != nil else { return state.backoff.reset() }
            state.notBefore = .now + state.backoff.next()
        }
    }

    /// Ends the processes; a process with a job ends after its answer. Returns when no process is left.
    func close() async {
        await withCheckedContinuation { done in
            let (idle, isOver) = state.withLock { state in
                state.isClosed = true
                defer { state.idle = [] }
                if state.alive > 0 { state.closing.append(done) }
                return (state.idle, state.alive == 0)
            }
            for process in idle { process.close() }
            if isOver { done.resume() }
        }
    }

    private var events: WarmProcess.Events {
        WarmProcess.Events(
            onIdle: { [weak self] in self?.becameIdle($0) }, mayLeave: { [weak self] in self?.mayLeave($0) ?? true },
            onEnd: { [self] in ended($0, $1) })
    }

    /// Takes an idle process out, unless the pool would then have fewer than `minProcesses`.
    private func mayLeave(_ process: WarmProcess) -> Bool {
        state.withLock { state in
            guard state.alive > settings.minProcesses, let at = state.idle.firstIndex(where: { $0 === process }) else {
                return false
            }
            state.idle.remove(at: at)
            return true
        }
    }

    private func becameIdle(_ process: WarmProcess) {
        let isClosed = state.withLock { state in
            if !state.isClosed { state.idle.append(process) }
            return state.isClosed
        }
        if isClosed { process.close() }
    }

    private func ended(_ process: WarmProcess, _ fault: PipelineFault?) {
        if let fault { note(fault) }
        defer { keepUp() }
        let closing = state.withLock { state in
            state.idle.removeAll { $0 === process }
            state.alive -= 1
            guard state.alive == 0 else { return [CheckedContinuation<Void, Never>]() }
            defer { state.closing = [] }
            return state.closing
        }
        for waiter in closing { waiter.resume() }
    }
}
