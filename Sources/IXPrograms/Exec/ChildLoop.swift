internal import Glibc
internal import IXPipelines

/// `ChildLoop` follows a child from its start to its last byte: waits for events and carries out the steps of
/// `ChildLifecycle`.
struct ChildLoop {
    private let settings: ExecSettings
    private let directory: PrivateDirectory
    private let cancel: CancellationRelay<ProcessGroup>
    private let child: pid_t
    private let group: ControlGroup?
    /// The child's pidfd, or -1 where the kernel has none; the loop then asks for the child's exit every 20 ms.
    private let descriptor: Int32

    private let streams: ChildStreams
    private var record: RunRecord
    private var lifecycle = ChildLifecycle()
    private var timers = ChildTimers()

    init(
        _ preparation: RunPreparation, cancel: CancellationRelay<ProcessGroup>, settings: ExecSettings,
        child: ChildProcess
    ) {
        self.settings = settings
        self.cancel = cancel
        self.child = child.number
        group = child.group
        descriptor = child.descriptor
        directory = preparation.directory
        streams = preparation.streams
        record = preparation.record
    }

    /// Blocks until the child has ended, no process of the run is left, and all output has been read.
    /// Requires: the caller reaps the child afterwards, because this function leaves it a zombie.
    mutating func run() -> RunRecord {
        streams.closeChildEnds()
        cancel.connect(ProcessGroup(leader: child))
        while !lifecycle.isEnded { turn() }
        cancel.disconnect()
        record.isCancelled = lifecycle.isCancelled
        return record
    }

    private mutating func turn() {
        var ready = streams.interests + [exitInterest]
        poll(&ready, nfds_t(ready.count), timers.wait(polling: descriptor < 0, or: streams.pausedUntil))
        if cancel.isCancelled { apply(.cancelled) }
        streams.move(ready[0..<3], into: &record)
        if record.output.overflowed { apply(.overflowed) }
        if streams.areEnded { apply(.streamsEnded) }
        if descriptor < 0 || ready[3].revents != 0 { lookForExit() }
        for event in timers.due() { apply(event) }
        if timers.isControlDue() { record.control?.poll() }
    }

    private var exitInterest: pollfd {
        pollfd(fd: record.exit == nil ? descriptor : -1, events: Int16(POLLIN), revents: 0)
    }

    private mutating func lookForExit() {
        guard record.exit == nil, let status = ChildExit.status(of: child) else { return }
        record.exit = status
        apply(.exited)
    }

    private mutating func apply(_ event: ChildLifecycle.Event) {
        for step in lifecycle.apply(event) { carryOut(step) }
    }

    private mutating func carryOut(_ step: ChildLifecycle.Step) {
        switch step {
        case .awaitGrace: timers.startGrace(settings.killGrace)
        case .kill: ProcessGroup(leader: child).kill()
        case .sweep: sweep()
        case .end: streams.stop()
        }
    }

    private mutating func sweep() {
        group?.kill()
        OrphanedProcesses(leader: child, mark: directory.mark, isOld: timers.elapsed > PipelineLimits.oldRun).kill()
        timers.startDrain()
    }
}
