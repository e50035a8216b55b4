import FoundationEssentials
import IXStore
import Synchronization

/// The mark: the position of a recently claimed row, near the queue's head. Claims start their scan at the mark, and so
/// skip the index entries of rows claimed before. An old snapshot anywhere in the server keeps such entries from being
/// removed.
///
/// Rows before the mark (a late commit, a job that went back) are found by scans from the start. Idle workers always
/// scan from the start, and so does a look in place of an idle worker's claim; a busy worker does at most every 100 ms. Once a scan from the start finds a row
/// before the mark, every claim scans from the start until no such row is left. Scans from the start may take 1/20 of
/// the time, so long scans are rare.
final class ClaimMark: Sendable {
    /// A row's position in the order of claims.
    struct Position: Sendable, Comparable {
        /// Microseconds since the year 2000, as the server counts.
        let due: Int64
        let jobID: UUID

        /// The position before every row.
        static let start = Position(due: .min, jobID: UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))

        static func < (one: Position, other: Position) -> Bool {
            one.due != other.due ? one.due < other.due : one.jobID < other.jobID
        }
    }

    /// The start of a claim's scan.
    struct Scan: Sendable {
        let mark: Position
        let startsAtMark: Bool
        let begun: ContinuousClock.Instant

        /// No scan: a claim by a candidate.
        static let start = Scan(mark: .start, startsAtMark: false, begun: .now)
    }

    private struct State {
        var mark = Position.start
        var isBehind = true
        var nextWhole = ContinuousClock.now
    }

    /// The shortest pause between a busy worker's scans from the start.
    private static let rest = Duration.milliseconds(100)
    /// Scans from the start take at most 1/20 of the time.
    private static let share = 20

    private let state = Mutex(State())

    /// Decides where the scan of a claim or of a look starts. `whole`: from the start in any case.
    func scan(whole: Bool) -> Scan {
        let now = ContinuousClock.now
        return state.withLock { state in
            let isWhole = whole || state.isBehind || now >= state.nextWhole
            if isWhole { state.nextWhole = now + Self.rest }
            return Scan(mark: state.mark, startsAtMark: !isWhole, begun: now)
        }
    }

    /// Records the position of the row that the scan claimed last, nil for no row.
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

    /// Records the position of a row that was claimed without a scan.
    func moved(to position: Position) { state.withLock { $0.mark = position } }

    /// Makes the next claims scan from the start, because rows may now stand before the mark.
    func distrust() { state.withLock { $0.isBehind = true } }
}
