import IXConcurrency
import IXCore
import IXPipelines
import IXStore
import Synchronization

/// `JobRun` is a run of a pipeline. A run can be stopped with a reason, and ends even if the pipeline doesn't.
final class JobRun: Sendable {
    /// The result of a run.
    enum Result: Sendable {
        case reported(PipelineReport)
        case threw(any Error)
        /// The engine stopped the run. The report contains the data to keep with the attempt; nil when the pipeline was
        /// abandoned or threw.
        case stopped(StopReason, PipelineReport?)
    }

    private struct State {
        var reason: StopReason?
        var end: Result?
        var work: Task<Void, Never>?
        var waiter: CheckedContinuation<Result, Never>?
        /// Abandons a stopped run whose pipeline doesn't end.
        var abandonment: OneShotTimer?
        var hasProgress = false
    }

    private let state = Mutex(State())
    private let attempt: Attempt
    let log: RunLog
    private let grace: Duration
    private let clock: RunClock
    var deadline: ContinuousClock.Instant { clock.deadline }

    /// Creates a run that has not started. `grace` is the time for a cancelled pipeline to stop before the run is
    /// abandoned.
    init(_ attempt: Attempt, log: RunLog = RunLog(), grace: Duration, clock: RunClock) {
        self.attempt = attempt
        self.log = log
        self.grace = grace
        self.clock = clock
    }

    /// Starts `body` on the executor; a run already stopped is cancelled at once. Requires: at most one call.
    ///
    /// - Parameter isHere: the caller runs on that executor, so that a body which never waits has ended when this
    ///   returns, without a turn of the executor's queue.
    func start(
        on executor: any TaskExecutor, isHere: Bool = false,
        _ body: @escaping @Sendable () async throws -> PipelineReport
    ) {
        let run: @Sendable () async -> Void = { [self] in
            do { finish(.reported(try await body())) } catch {
                keep(error)
                finish(.threw(error))
            }
        }
        // A run stopped already is to be cancelled before its body begins.
        let work =
            isHere && stopReason == nil
            ? Task.immediate(executorPreference: executor, operation: run)
            : Task(executorPreference: executor, operation: run)
        let isStopped = state.withLock {
            $0.work = work
            return $0.reason != nil
        }
        if isStopped { work.cancel() }
    }

    /// Cancels the pipeline; only the first reason counts. Returns false when the run had ended or was being stopped
    /// already.
    @discardableResult
    func stop(_ reason: StopReason) -> Bool {
        let work: Task<Void, Never>?? = state.withLock {
            guard $0.end == nil, $0.reason == nil else { return nil }
            $0.reason = reason
            return .some($0.work)
        }
        guard let work else { return false }
        work?.cancel()
        let abandonment = OneShotTimer(after: grace) { [self] in conclude(.stopped(reason, nil)) }
        state.withLock { if $0.end == nil { $0.abandonment = abandonment } }
        return true
    }

    /// True once progress was taken, because the progress may then be in the store.
    var hasProgress: Bool { state.withLock { $0.hasProgress } }

    /// Returns the progress since the last call; nil when nothing changed or the run has ended.
    func takeProgress() -> ProgressNote? {
        let isOver = state.withLock { $0.end != nil }
        guard !isOver, let news = log.takeChanges() else { return nil }
        let isTooLate = state.withLock { state in
            state.hasProgress = true
            return state.end != nil
        }
        guard !isTooLate else { return nil }
        let progress = Progress(
            fraction: news.progress?.fraction, message: news.progress?.message, logTail: news.tail,
            logBytes: news.bytes)
        return ProgressNote(attempt, progress)
    }

    /// Returns the result when the run has ended. Requires: at most one caller waits.
    nonisolated(nonsending) func end() async -> Result {
        await withCheckedContinuation { continuation in
            let end: Result? = state.withLock {
                if $0.end == nil { $0.waiter = continuation }
                return $0.end
            }
            if let end { continuation.resume(returning: end) }
        }
    }

    var stopReason: StopReason? { state.withLock { $0.reason } }

    /// Keeps the error with the attempt, in full: the caller gets a sentence without details. The cancellation of a
    /// stopped run is no error.
    private func keep(_ error: any Error) {
        guard stopReason == nil || !(error is CancellationError) else { return }
        log.say("the pipeline threw an error: \(error)")
    }

    /// Ends the run with the pipeline's result. The engine's stop reason takes precedence over the result.
    private func finish(_ end: Result) {
        guard let reason = stopReason else { return conclude(end) }
        if case .reported(let report) = end {
            conclude(.stopped(reason, report))
        } else {
            conclude(.stopped(reason, nil))
        }
    }

    private func conclude(_ end: Result) {
        let waiter: CheckedContinuation<Result, Never>? = state.withLock { state in
            guard state.end == nil else { return nil }
            state.end = end
            defer { (state.waiter, state.abandonment) = (nil, nil) }
            return state.waiter
        }
        waiter?.resume(returning: end)
    }
}

/// `StopReason` is the engine's reason to stop a run. The reason takes precedence over the pipeline's later result.
enum StopReason: Sendable, Equatable {
    case timeout
    case shutdown
    /// A producer or an operator cancelled the job.
    case cancelled
    /// No heartbeat succeeded for too long, so another daemon may run the job.
    case leaseLost
    /// The store says that the run's claim no longer holds the job.
    case taken
}
