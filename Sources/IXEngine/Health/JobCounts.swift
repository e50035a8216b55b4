import Synchronization

/// `JobCounts` counts the completed jobs of this process since its start.
final class JobCounts: Sendable {
    private let doneCount = Atomic(0)
    private let errorCount = Atomic(0)
    private let handedBackCount = Atomic(0)
    private let fencedCount = Atomic(0)

    func done() { doneCount.add(1, ordering: .relaxed) }
    func error() { errorCount.add(1, ordering: .relaxed) }
    func handedBack() { handedBackCount.add(1, ordering: .relaxed) }
    func fenced() { fencedCount.add(1, ordering: .relaxed) }

    var state: EngineState.Counts {
        EngineState.Counts(
            done: doneCount.load(ordering: .relaxed), error: errorCount.load(ordering: .relaxed),
            handedBack: handedBackCount.load(ordering: .relaxed), fenced: fencedCount.load(ordering: .relaxed))
    }
}
