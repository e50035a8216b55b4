internal import Glibc
internal import IXPipelines
internal import Logging

/// `TrialChild` is a warm program in the hands of a trial: the trial sends each line, and reads each answer.
///
/// Concurrency: used by one thread, which may block.
final class TrialChild {
    /// What came next.
    enum Event {
        case line(WarmLine)
        /// The program closed its output or ended.
        case ended
        case late
    }

    private var child: WarmChild
    private var framer = LineFramer(limit: WarmLine.limit, excess: .stop)
    private var waiting: [WarmLine] = []
    private var errors = LogTail(limit: 2 << 10)
    /// The first line outside the protocol; nil without one.
    private(set) var stray: String?

    /// Starts the program.
    init(_ program: ExecSettings) throws(StartFailure) {
        child = try WarmChild(
            program, registry: nil, walls: .plain, logger: Logger(label: "trial") { _ in SwiftLogNoOpLogHandler() })
    }

    /// The last lines of the program's log, in one line.
    var log: String {
        let lines = LogTail.lastLines(of: errors.text, bytes: 300) ?? ""
        return lines.isEmpty ? "" : "; its log: " + lines.split(whereSeparator: \.isNewline).joined(separator: " | ")
    }

    func send(_ line: [UInt8]) { child.input.send(line) }

    /// Closes the program's input once the program has read every line.
    func endInput(within limit: Duration) {
        let end = ContinuousClock.now + limit
        while child.input.interest.fd >= 0, .now < end, !child.output.isClosed { turn(until: end) }
        child.input.close()
    }

    /// Sends TERM to the program and its children.
    func terminate() { ProcessGroup(leader: child.process.number).terminate() }

    /// Returns the next line of the protocol, or the reason why none came within `limit`.
    func next(within limit: Duration) -> Event {
        let end = ContinuousClock.now + limit
        while waiting.isEmpty {
            if child.output.isClosed { return .ended }
            if ContinuousClock.now >= end { return .late }
            turn(until: end)
        }
        return .line(waiting.removeFirst())
    }

    /// Returns the end of the program; nil when the program still runs after `limit`.
    func exit(within limit: Duration) -> ExitStatus? {
        let end = ContinuousClock.now + limit
        while true {
            if let status = ChildExit.status(of: child.process.number) { return status }
            if ContinuousClock.now >= end { return nil }
            turn(until: min(end, .now + .milliseconds(20)))
        }
    }

    /// Ends what is left of the program.
    func remove() {
        ProcessGroup(leader: child.process.number).kill()
        OrphanedProcesses(leader: child.process.number, mark: child.directory.mark, isOld: true).kill()
        // ignored: KILL was sent, and ends the program
        _ = exit(within: .seconds(5))
        child.closeStreams()
        child.remove()
    }

    /// Waits for one event of the pipes, and takes what is there.
    private func turn(until end: ContinuousClock.Instant) {
        var ready = [child.input.interest, child.output.interest, child.error.interest]
        let left = min(max((end - .now) / .milliseconds(1), 1), 100)
        // ignored: an early return only shortens the wait
        _ = poll(&ready, nfds_t(ready.count), Int32(left))
        if ready[2].revents != 0 { child.error.read { errors.append($0) } }
        if ready[1].revents != 0 { readOutput() }
        if ready[0].revents != 0 { child.input.flush() }
    }

    private func readOutput() {
        var found: [[UInt8]] = []
        child.output.read { bytes in framer.take(bytes) { found.append(Array($0)) } }
        for bytes in found {
            if let line = WarmLine(bytes) {
                waiting.append(line)
            } else if stray == nil {
                stray = SafeText.snippet(bytes, bytes: PipelineLimits.snippetBytes)
            }
        }
        if framer.hasOverflowed { child.output.stop() }
    }
}
