internal import IXCore
internal import Logging
internal import Synchronization

/// The warm processes of one pipeline: as many as jobs ran at a time, the one used last first.
final class WorkerPool: Sendable {
    private struct State {
        var idle: [WorkerProcess] = []
        var alive = 0
        var isClosed = false
        var backoff = Backoff(first: .milliseconds(100), limit: .seconds(10))
        var notBefore = ContinuousClock.now
        var closing: [CheckedContinuation<Void, Never>] = []
    }

    private let settings: WorkerSettings
    private let ledger: ChildLedger?
    private let walls: Walls
    private let logger: Logger
    private let state = Mutex(State())

    init(_ settings: WorkerSettings, _ ledger: ChildLedger?, _ walls: Walls, _ logger: Logger) {
        self.settings = settings
        (self.ledger, self.walls) = (ledger, walls)
        self.logger = logger
    }

    /// How long to wait before a process is started, because the last ones came to nothing.
    var pause: Duration? {
        state.withLock { state in
            guard state.idle.isEmpty, state.notBefore > .now else { return nil }
            return state.notBefore - .now
        }
    }

    /// Gives the job to a process, a new one when none waits.
    func give(_ job: WorkerJob) -> WorkerProcess {
        let generation = walls.generation
        while let process = state.withLock({ $0.idle.popLast() }) {
            // A file that it could read was put in another's place, which it can't.
            if process.generation != generation { process.close() }
            if process.give(job) { return process }
        }
        state.withLock { $0.alive += 1 }
        let process = WorkerProcess(generation: generation)
        process.start(settings, ledger: ledger, walls: walls, logger: logger, events: events, for: job)
        return process
    }

    /// Takes note of how a job went: after a crash the next process starts a little later.
    func note(_ report: PipelineReport) {
        state.withLock { state in
            guard report.fault != nil else { return state.backoff.reset() }
            state.notBefore = .now + state.backoff.next()
        }
    }

    /// Ends the processes, those with a job once it is answered; returns when none is left.
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

    private var events: WorkerProcess.Events {
        WorkerProcess.Events(onIdle: { [weak self] in self?.becameIdle($0) }, onEnd: { [self] in ended($0) })
    }

    private func becameIdle(_ process: WorkerProcess) {
        let isClosed = state.withLock { state in
            if !state.isClosed { state.idle.append(process) }
            return state.isClosed
        }
        if isClosed { process.close() }
    }

    private func ended(_ process: WorkerProcess) {
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
