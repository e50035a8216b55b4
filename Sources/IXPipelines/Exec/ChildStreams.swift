internal import Dispatch
internal import SystemPackage

/// The daemon's side of a child's three standard streams.
///
/// All calls are made on the run's queue, which protects the state.
final class ChildStreams: @unchecked Sendable {
    private let pipes: StandardStreams
    private let feeder: InputFeeder
    private let output: OutputReader
    private let error: OutputReader
    private var readers = 2

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

    func closeChildEnds() { pipes.closeChildEnds() }

    /// Moves bytes both ways from now on; leaves `group` once for each pipe that is closed.
    ///
    /// - Parameter onEnd: called when nobody holds the child's two outputs any more, not after a `stop`.
    func follow(
        on queue: DispatchQueue, group: DispatchGroup, onOutput: @escaping (UnsafeRawBufferPointer) -> Void,
        onError: @escaping (UnsafeRawBufferPointer) -> Void, onEnd: @escaping () -> Void
    ) {
        let oneEnded = { [weak self] in if self?.countDown() == true { onEnd() } }
        output.follow(on: queue, group: group, onBytes: onOutput, onEnd: oneEnded)
        error.follow(on: queue, group: group, onBytes: onError, onEnd: oneEnded)
        feeder.follow(on: queue, group: group)
    }

    func stop() {
        feeder.stop()
        output.stop()
        error.stop()
    }

    private func countDown() -> Bool {
        readers -= 1
        return readers == 0
    }
}
