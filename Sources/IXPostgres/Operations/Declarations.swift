import FoundationEssentials
import Synchronization

/// `Declarations` are the rows of `ix_running` which this program has written, and the claims held by the rows. The
/// database forgets a row once each of its jobs has ended, or was never started.
///
/// Concurrency: callable from any thread. A claim whose end this program never learns of keeps its row; the sweep takes
/// such rows away after the daemon's death.
final class Declarations: Sendable {
    /// A row of `ix_running`.
    struct Row: Hashable, Sendable {
        let daemonID: UUID
        let place: Place
        /// The first job of the row, which tells the row from a later one at the same place.
        let first: UUID
    }

    private struct Held {
        let place: Place?
        let row: Row
        let isLined: Bool
    }

    private struct State {
        /// The number of jobs of a row that may still start or run.
        var open: [Row: Int] = [:]
        var held: [UUID: Held] = [:]
        var over: [Row] = []

        mutating func close(_ row: Row) {
            guard let count = open[row] else { return }
            open[row] = count > 1 ? count - 1 : nil
            if count <= 1 { over.append(row) }
        }
    }

    /// So many rows are forgotten together.
    private static let enough = 64

    private let state = Mutex(State())

    /// Notes a row for `jobs` jobs.
    func declare(_ row: Row, jobs: Int) { state.withLock { $0.open[row, default: 0] += jobs } }

    /// Notes that the claim holds a job of the row; `place` is the job's place in its table. `isLined`: the job has a line,
    /// which it leaves at its end.
    func hold(_ claimID: UUID, _ place: Place?, by row: Row, isLined: Bool = false) {
        state.withLock { $0.held[claimID] = Held(place: place, row: row, isLined: isLined) }
    }

    /// True when the job that the claim holds has a line; nil for an unknown claim.
    func isLined(_ claimID: UUID) -> Bool? { state.withLock { $0.held[claimID]?.isLined } }

    /// The number of claims that hold jobs.
    var heldCount: Int { state.withLock { $0.held.count } }

    /// Returns the place of the job that the claim holds, nil for an unknown claim.
    func place(of claimID: UUID) -> Place? { state.withLock { $0.held[claimID]?.place } }

    /// Notes that the claim holds its job no more.
    func release(_ claimID: UUID) {
        state.withLock { state in
            if let held = state.held.removeValue(forKey: claimID) { state.close(held.row) }
        }
    }

    /// Notes that a job of the row isn't started here.
    func drop(_ row: Row) { state.withLock { $0.close(row) } }

    /// Returns rows of one daemon to be forgotten, none while they are few.
    func takeOver() -> [Row] {
        state.withLock { state in
            guard state.over.count >= Self.enough, let daemonID = state.over.first?.daemonID else { return [] }
            let rows = state.over.filter { $0.daemonID == daemonID }
            state.over.removeAll { $0.daemonID == daemonID }
            return rows
        }
    }

    /// Takes rows back that the database could not be told to forget.
    func giveBack(_ rows: [Row]) { state.withLock { $0.over += rows } }
}

extension PostgresLink.Call {
    /// Forgets rows of one daemon; nil for no rows.
    init?(forgetting rows: [Declarations.Row]) {
        guard let daemonID = rows.first?.daemonID else { return nil }
        var parameters = Parameters()
        parameters.append(daemonID)
        parameters.append(rows.map(\.place))
        parameters.append(rows.map(\.first))
        self.init(.forgetRunning, parameters)
    }
}
