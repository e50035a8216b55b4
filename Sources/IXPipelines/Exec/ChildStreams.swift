internal import Glibc
internal import SystemPackage

/// The daemon's side of a child's three standard streams.
///
/// Never used by two threads at a time: made by the one that prepares the run, used by its loop.
final class ChildStreams: @unchecked Sendable {
    private let pipes: StandardStreams
    private var feeder: InputFeeder
    private var output: OutputReader
    private var error: OutputReader
    private var childEndsAreOpen = true

    /// Makes the pipes and puts as much of `line` into the first as it holds.
    init(line: [UInt8]) throws(Errno) {
        pipes = try StandardStreams()
        feeder = InputFeeder(descriptor: pipes.input, line: line)
        output = OutputReader(descriptor: pipes.output)
        error = OutputReader(descriptor: pipes.error)
        feeder.fill()
    }

    /// The child's 0, 1 and 2, until `closeChildEnds`.
    var childEnds: [Int32] { pipes.childEnds }

    /// Whether nobody holds the child's outputs any more.
    var areEnded: Bool { output.isClosed && error.isClosed }

    /// What to wait for.
    var interests: [pollfd] { [feeder.interest, output.interest, error.interest] }

    /// When a stream is to be read again that wrote too fast.
    var pausedUntil: ContinuousClock.Instant? { [output.pausedUntil, error.pausedUntil].compactMap { $0 }.min() }

    /// Moves bytes where `ready`, the answer to `interests`, says that there are some.
    func move(_ ready: ArraySlice<pollfd>, into record: inout RunRecord) {
        let ready = ready.map { $0.fd >= 0 && $0.revents != 0 }
        if ready[0] { feeder.fill() }
        if ready[1] { output.read { record.output.append($0) } }
        if ready[2] { error.read { record.errors.take($0) } }
    }

    func closeChildEnds() {
        if childEndsAreOpen { pipes.closeChildEnds() }
        childEndsAreOpen = false
    }

    /// Closes all that is open, whatever is still in it.
    func stop() {
        closeChildEnds()
        feeder.stop()
        output.stop()
        error.stop()
    }
}
