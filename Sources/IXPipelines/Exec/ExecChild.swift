internal import Dispatch
internal import Glibc

/// One child from its start to its last byte: carries out the steps of `ChildLifecycle`.
///
/// `queue` protects the state: sources, timers and all calls but `run` are made on it.
final class ExecChild: @unchecked Sendable {
    private let settings: ExecSettings
    private let directory: PrivateDirectory
    private let queue: DispatchQueue
    private let streams: ChildStreams

    private(set) var record: RunRecord
    private var lifecycle = ChildLifecycle()
    private var running: Running?
    private var runDone: CheckedContinuation<Void, Never>?

    /// What there is only while the child runs.
    private struct Running {
        let group: ProcessGroup
        let hasDescriptor: Bool
        let started = ContinuousClock.now
        let watch: ExitWatch
        let control: any DispatchSourceTimer
        /// Resuming it lets the child be reaped.
        let done: CheckedContinuation<Void, Never>
    }

    init(
        _ settings: ExecSettings, directory: PrivateDirectory, streams: ChildStreams, record: RunRecord,
        queue: DispatchQueue
    ) {
        self.settings = settings
        self.directory = directory
        self.streams = streams
        self.record = record
        self.queue = queue
    }

    /// Runs the child with `variables`; returns when it is over and nothing of it is left open.
    func run(_ variables: [String: String]) async {
        let process = ChildProcess(settings, variables: variables, directory: directory, ends: streams.childEnds)
        await withCheckedContinuation { done in
            queue.async { self.runDone = done }
            Task {
                do {
                    try await process.run { child, descriptor in await self.follow(child, descriptor) }
                } catch {
                    await self.queue.perform { self.fail(StartFailure(error)) }
                }
                self.queue.async { self.finish() }
            }
        }
    }

    func cancel() { apply(.cancelled) }

    private func follow(_ child: pid_t, _ descriptor: Int32) async {
        await withCheckedContinuation { done in
            queue.async { self.start(child, descriptor, done) }
        }
    }

    private func start(_ child: pid_t, _ descriptor: Int32, _ done: CheckedContinuation<Void, Never>) {
        streams.closeChildEnds()
        streams.follow(
            on: queue, onOutput: { [weak self] in self?.take(output: $0) },
            onError: { [weak self] in self?.record.errors.take($0) },
            onEnd: { [weak self] in self?.apply(.streamsEnded) })
        let watch = ExitWatch(child: child, descriptor: descriptor, queue: queue) { [weak self] in
            self?.record.exit = $0
            self?.apply(.exited)
        }
        running = Running(
            group: ProcessGroup(leader: child), hasDescriptor: descriptor >= 0, watch: watch, control: pollControl(),
            done: done)
        apply(.started)
    }

    private func pollControl() -> any DispatchSourceTimer {
        let timer = DispatchSource.makeTimerSource(queue: queue)
        let interval = ExecLimits.controlInterval
        timer.schedule(deadline: .now() + interval.interval, repeating: interval.interval, leeway: .milliseconds(20))
        timer.setEventHandler { [weak self] in self?.record.control?.poll() }
        timer.activate()
        return timer
    }

    private func take(output: UnsafeRawBufferPointer) {
        record.output.append(output)
        if record.output.overflowed { apply(.overflowed) }
    }

    private func fail(_ failure: StartFailure) {
        // Waiting for a child that did start can fail too; then there is an end to report already.
        guard running == nil else { return }
        record.failure = failure
        streams.closeChildEnds()
        apply(.notStarted)
    }
}

extension ExecChild {
    private func apply(_ event: ChildLifecycle.Event) {
        let steps = lifecycle.apply(event)
        record.isCancelled = lifecycle.isCancelled
        steps.forEach(carryOut)
    }

    private func carryOut(_ step: ChildLifecycle.Step) {
        switch step {
        case .terminate:
            running?.group.terminate()
            queue.after(settings.killGrace) { [weak self] in self?.apply(.graceOver) }
        case .kill: running?.group.kill()
        case .sweep: sweep()
        case .end: end()
        }
    }

    private func sweep() {
        guard let running else { return }
        let isOld = ContinuousClock.now - running.started > ExecLimits.oldRun
        Leftovers(leader: running.group.leader, mark: "IX_CONTROL=\(directory.control)", anySession: isOld).kill()
        queue.after(ExecLimits.drain) { [weak self] in self?.apply(.drainOver) }
    }

    private func end() {
        streams.stop()
        guard let running else { return }
        running.watch.stop()
        running.control.cancel()
        running.done.resume()
        guard !running.hasDescriptor else { return }
        // Without a pidfd nobody wakes the one who waits to reap, so the wait is left behind.
        ExitWatch.reap(running.group.leader)
        finish()
    }

    private func finish() {
        runDone?.resume()
        runDone = nil
    }
}
