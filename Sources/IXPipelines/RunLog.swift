import Synchronization

/// How far a run has come and the end of what it said, while it runs and after.
public final class RunLog: Sendable {
    /// How it was when it was looked at.
    public struct Snapshot: Sendable, Equatable {
        public let progress: PipelineContext.Progress?
        /// 64 KiB at most, without NUL.
        public let tail: String
        /// Of all that was written; where `tail` ends.
        public let bytes: Int
    }

    private struct State {
        var progress: PipelineContext.Progress?
        var tail = LogTail()
        var bytes = 0
        var hasChanged = false
    }

    private let state = Mutex(State())

    public init() {}

    /// The end of what was written, 64 KiB at most.
    public var tail: String { state.withLock { $0.tail.text } }

    /// What is new since the last call; nil when nothing is.
    public func takeChanges() -> Snapshot? {
        state.withLock { state in
            guard state.hasChanged else { return nil }
            state.hasChanged = false
            return Snapshot(progress: state.progress, tail: state.tail.text, bytes: state.bytes)
        }
    }

    /// Adds a line to the log.
    public func say(_ line: String) {
        var line = line + "\n"
        line.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    func append(_ bytes: UnsafeRawBufferPointer) {
        state.withLock { state in
            state.tail.append(bytes)
            state.bytes += bytes.count
            state.hasChanged = true
        }
    }

    /// What is left out keeps what was said before.
    func note(_ progress: PipelineContext.Progress) {
        state.withLock { state in
            let fraction = progress.fraction ?? state.progress?.fraction
            let next = PipelineContext.Progress(
                fraction: fraction, message: progress.message.map { SafeText.withoutNUL($0) } ?? state.progress?.message
            )
            state.hasChanged = state.hasChanged || next != state.progress
            state.progress = next
        }
    }
}
