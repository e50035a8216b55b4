import FoundationEssentials
import IXStore
import Synchronization

/// Where the queue's head was lately: claims start their scan there, past the entries of rows claimed before, which an old
/// snapshot anywhere in the server keeps from being cleared.
///
/// What stands before it (a commit that came late, a job that went back) is found by claims that scan from the start: every
/// idle worker's, and now and then a busy one's. Once such a claim finds a row there, all scan from the start until none is
/// left. The longer those scans take, the rarer they are.
final class ClaimMark: Sendable {
    /// A row's place in the order of claims.
    struct Position: Sendable, Comparable {
        /// Microseconds since the year 2000, as the server counts.
        let due: Int64
        let jobID: UUID

        /// Before every row.
        static let start = Position(due: .min, jobID: UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))

        static func < (one: Position, other: Position) -> Bool {
            one.due != other.due ? one.due < other.due : one.jobID < other.jobID
        }
    }

    /// From where a claim scans.
    struct Scan: Sendable {
        let mark: Position
        let startsAtMark: Bool
        let begun: ContinuousClock.Instant
    }

    private struct State {
        var mark = Position.start
        var isBehind = true
        var nextWhole = ContinuousClock.now
    }

    /// How often at most a busy worker scans from the start.
    private static let rest = Duration.milliseconds(100)
    /// How much of the time may go into it: one part of so many.
    private static let share = 20

    private let state = Mutex(State())

    /// `whole`: from the start in any case.
    func scan(whole: Bool) -> Scan {
        let now = ContinuousClock.now
        return state.withLock { state in
            let isWhole = whole || state.isBehind || now >= state.nextWhole
            if isWhole { state.nextWhole = now + Self.rest }
            return Scan(mark: state.mark, startsAtMark: !isWhole, begun: now)
        }
    }

    /// What the scan claimed last, nil for nothing.
    func found(_ position: Position?, by scan: Scan) {
        let now = ContinuousClock.now
        let isBehind = position.map { $0 < scan.mark } ?? false
        state.withLock { state in
            if !scan.startsAtMark {
                state.nextWhole = max(state.nextWhole, now + max(Self.rest, (now - scan.begun) * Self.share))
                state.isBehind = isBehind
                if isBehind { return }
            }
            if let position { state.mark = position }
        }
    }

    /// Rows may have come to stand before the mark.
    func distrust() { state.withLock { $0.isBehind = true } }
}
