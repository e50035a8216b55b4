import FoundationEssentials
import IXStore
import Synchronization

/// `TurnList` holds the turns that an admission gave, so that each busy worker claims one by its place, and no two workers of
/// the daemon try the same.
///
/// Guarantees: nothing is reserved. The server judges each claim; a turn that meanwhile is another's is a miss. Turns older than
/// 100 ms are dropped, and a claim then looks for one by itself.
///
/// Concurrency: callable from any thread.
final class TurnList: Sendable {
    /// An unclaimed turn, and where its row of `ix_lines` lies.
    struct Turn: Sendable {
        let jobID: UUID
        let place: Place
        let number: Int64
    }

    private struct State {
        var queue: ArraySlice<Turn> = []
        var readAt = ContinuousClock.now
        /// Turns that workers have taken from lists. The next list may name them again while their claims are under way.
        var taken: Set<Int64> = []
    }

    private static let age = Duration.milliseconds(100)

    private let state = Mutex(State())

    /// Takes the next turn for a claim; nil when there is none that is fresh.
    func next() -> Turn? {
        let now = ContinuousClock.now
        return state.withLock { state in
            if now - state.readAt > Self.age { state.queue = [] }
            guard let turn = state.queue.popFirst() else { return nil }
            state.taken.insert(turn.number)
            return turn
        }
    }

    /// Notes that the turn's claim failed, so that a later list may bring it again.
    func failed(_ turn: Turn) { state.withLock { _ = $0.taken.remove(turn.number) } }

    /// Takes a list that was committed, in place of the one before.
    func read(_ turns: [Turn]) {
        let now = ContinuousClock.now
        state.withLock { state in
            state.queue = turns.filter { !state.taken.contains($0.number) }[...]
            state.taken.formIntersection(turns.map(\.number))
            state.readAt = now
        }
    }
}

extension PostgresLink.Call {
    /// Reads at most `count` unclaimed turns of the queues, first those of the share.
    init(findingTurns count: Int, of queues: [String]?, _ share: Candidates.Share) {
        var parameters = Parameters()
        parameters.append(count)
        parameters.append(queues?.array)
        parameters.append(share.mask)
        parameters.append(share.part)
        self.init(.findTurns, parameters)
    }
}

extension PostgresRows {
    /// Reads the rows of `find_turns`, in the server's binary form.
    func turns() throws(StoreError) -> [TurnList.Turn] {
        var turns: [TurnList.Turn] = []
        for row in all {
            guard let place = row.place(at: 1) else { continue }
            turns.append(TurnList.Turn(jobID: try row.id(at: 0), place: place, number: try row.instant(at: 2)))
        }
        return turns
    }
}
