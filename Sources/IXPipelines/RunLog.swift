import Synchronization

/// `RunLog` keeps a run's progress and the end of its log, during the run and afterwards.
///
/// Concurrency: safe from any thread.
public final class RunLog: Sendable {
    /// The log at a moment.
    public struct Snapshot: Sendable, Equatable {
        /// The last progress; nil before the first report.
        public let progress: PipelineProgress?
        /// The end of the log: 64 KiB at most, without NUL.
        public let tail: String
        /// The number of bytes written in total; `tail` ends at this offset.
        public let bytes: Int
    }

    private struct State {
        var progress: PipelineProgress?
        var tail = LogTail()
        var bytes = 0
        var hasChanged = false
    }

    private let state = Mutex(State())

    /// Creates an empty log.
    public init() {}

    /// The end of the log: 64 KiB at most, without NUL.
    public var tail: String { state.withLock { $0.tail.text } }

    /// The last progress; nil before the first report.
    public var progress: PipelineProgress? { state.withLock { $0.progress } }

    /// Returns the log when it has changed since the last call; nil otherwise.
    public func takeChanges() -> Snapshot? {
        state.withLock { state in
            guard state.hasChanged else { return nil }
            state.hasChanged = false
            return Snapshot(progress: state.progress, tail: state.tail.text, bytes: state.bytes)
        }
    }

    /// Adds a line to the log; the line end is added.
    public func say(_ line: String) {
        var line = line + "\n"
        line.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    package func append(_ bytes: UnsafeRawBufferPointer) {
        state.withLock { state in
            state.tail.append(bytes)
            state.bytes += bytes.count
            state.hasChanged = true
        }
    }

    /// Records progress. A nil member keeps its earlier value.
    package func note(_ progress: PipelineProgress) {
        state.withLock { state in
            let fraction = progress.fraction ?? state.progress?.fraction
            let next = PipelineProgress(
                fraction: fraction, message: progress.message.map { SafeText.withoutNUL($0) } ?? state.progress?.message
            )
            state.hasChanged = state.hasChanged || next != state.progress
            state.progress = next
        }
    }
}

/// Progress of a run: a fraction, and a line for people.
public struct PipelineProgress: Sendable, Equatable {
    /// The finished fraction, 0 to 1; nil: unchanged.
    public let fraction: Double?
    /// A line for people; nil: unchanged.
    public let message: String?

    /// Creates progress. The fraction is not clamped here.
    public init(fraction: Double?, message: String?) {
        self.fraction = fraction
        self.message = message
    }
}
