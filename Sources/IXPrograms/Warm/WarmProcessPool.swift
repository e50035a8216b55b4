internal import IXCore
internal import IXPipelines
internal import Logging
internal import Synchronization

/// `WarmProcessPool` keeps the warm processes of a pipeline. The pool grows to the highest number of jobs run at a time; the
/// process used last is used first.
final class WarmProcessPool: Sendable {
    private struct State {
        var idle: [WarmProcess] = []
        var alive = 0
        var isClosed = false
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
        let process = WarmProcess(generation: generation)
        process.start(settings, registry: registry, walls: walls, logger: logger, events: events, for: job)
        return process
    }

    /// Records a job's report: after a fault the next start is delayed by the backoff; a report without a fault resets
    /// the backoff.
    func note(_ report: PipelineReport) {
        state.withLock { state in
            guard report.fault != nil else { return state.backoff.reset() }
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
        WarmProcess.Events(onIdle: { [weak self] in self?.becameIdle($0) }, onEnd: { [self] in ended($0) })
    }

    private func becameIdle(_ process: WarmProcess) {
        let isClosed = state.withLock { state in
            if !state.isClosed { state.idle.append(process) }
            return state.isClosed
        }
        if isClosed { process.close() }
    }

    private func ended(_ process: WarmProcess) {
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
