import Synchronization

/// `WorkerCrew` holds the workers of an engine, whose number may change while the engine runs.
///
/// Guarantees: a worker above the number takes no further job and ends after its current one. A number that rises again
/// keeps the workers that have not ended yet.
final class WorkerCrew: Sendable {
    private struct State {
        /// Workers that have not ended, in order of their numbers.
        var stages: [WorkerActivity]
        /// Takes workers that are to begin; nil before `run` and after `finish`.
        var beginners: AsyncStream<WorkerActivity>.Continuation?
        var isFinished = false
    }

    private let state: Mutex<State>
    /// The number of workers wanted. Each job reads the number without the lock.
    private let wanted: Atomic<Int>

    init(_ count: Int) {
        wanted = Atomic(count)
        state = Mutex(State(stages: (1...count).map { WorkerActivity(number: $0) }))
    }

    /// The state of each worker, in order of the workers' numbers.
    var states: [WorkerState] { state.withLock { $0.stages }.map(\.state) }

    /// The number of living workers.
    var count: Int { state.withLock { $0.stages.count } }

    /// Runs `work` for each worker, and returns when all workers have ended after `finish`. Requires: one call.
    func run(_ work: @escaping @Sendable (WorkerActivity) async -> Void) async {
        let (stages, continuation) = AsyncStream.makeStream(of: WorkerActivity.self)
        state.withLock { state in
            for stage in state.stages { continuation.yield(stage) }
            if state.isFinished { continuation.finish() } else { state.beginners = continuation }
        }
        await withDiscardingTaskGroup { group in
            for await stage in stages { group.addTask { await work(stage) } }
        }
    }

    /// Begins no further worker from now on. The workers end by themselves with the drain.
    func finish() {
        state.withLock { state in
            state.isFinished = true
            state.beginners?.finish()
            state.beginners = nil
        }
    }

    /// Changes the number of workers. The caller wakes idle workers, so that those above the number end.
    func resize(to count: Int) {
        state.withLock { state in
            wanted.store(count, ordering: .releasing)
            let present = Set(state.stages.map(\.number))
            guard !state.isFinished, count > 0 else { return }
            let beginners = (1...count).filter { !present.contains($0) }.map { WorkerActivity(number: $0) }
            state.stages = (state.stages + beginners).sorted { $0.number < $1.number }
            for stage in beginners { state.beginners?.yield(stage) }
        }
    }

    /// True while `stage` is above the number of workers, and so takes no further job.
    func isAbove(_ stage: WorkerActivity) -> Bool { stage.number > wanted.load(ordering: .acquiring) }

    /// Returns true when `stage` is above the number of workers. Its worker has left the crew then, and must end.
    func leaves(_ stage: WorkerActivity) -> Bool {
        guard isAbove(stage) else { return false }
        return state.withLock { state in
            // The number may have risen before the lock was held.
            guard isAbove(stage) else { return false }
            state.stages.removeAll { $0 === stage }
            return true
        }
    }
}
