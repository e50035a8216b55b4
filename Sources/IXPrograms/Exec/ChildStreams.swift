internal import Glibc
internal import IXPipelines
internal import SystemPackage

/// `ChildStreams` is the daemon's side of a child's three standard streams.
///
/// Concurrency: never used by two threads at a time. The thread that prepares a run creates the streams; the run's loop
/// uses them.
final class ChildStreams: @unchecked Sendable {
    private let pipes: StandardStreams
    private var feeder: InputFeeder
    private var output: OutputReader
    private var error: OutputReader
    private var childEndsAreOpen = true

    /// Makes the three pipes and writes as much of `line` into standard input as the pipe takes at once.
    init(line: [UInt8]) throws(Errno) {
        pipes = try StandardStreams()
        feeder = InputFeeder(descriptor: pipes.input, line: line)
        output = OutputReader(descriptor: pipes.output)
        error = OutputReader(descriptor: pipes.error)
        feeder.fill()
    }

    /// The child's descriptors for 0, 1 and 2; valid until `closeChildEnds`.
    var childEnds: [Int32] { pipes.childEnds }

    /// True when no process holds the child's outputs open any more, or reading was stopped.
    var areEnded: Bool { output.isClosed && error.isClosed }

    /// The events to poll for: standard input, standard output, standard error, in this order.
    var interests: [pollfd] { [feeder.interest, output.interest, error.interest] }

    /// The earliest time at which a stream that wrote too fast may be read again; nil when no stream is paused.
    var pausedUntil: ContinuousClock.Instant? { [output.pausedUntil, error.pausedUntil].compactMap { $0 }.min() }

    /// Moves bytes on the streams that are ready. `ready` holds the polled entries of `interests`, in the same order.
    func move(_ ready: ArraySlice<pollfd>, into record: inout RunRecord) {
        let ready = ready.map { $0.fd >= 0 && $0.revents != 0 }
        if ready[0] { feeder.fill() }
        if ready[1] { output.read { record.output.append($0) } }
        if ready[2] { error.read { record.errors.take($0) } }
    }

    /// Closes the child's ends after its start, so that the daemon sees the end of the outputs.
    func closeChildEnds() {
        if childEndsAreOpen { pipes.closeChildEnds() }
        childEndsAreOpen = false
    }

    /// Closes every open end, and drops unread bytes.
    func stop() {
        closeChildEnds()
        feeder.stop()
        output.stop()
        error.stop()
    }
}
