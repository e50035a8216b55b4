import FoundationEssentials
import IXConcurrency
import IXStore
import Synchronization

/// `RunningJobs` holds the claims that this daemon holds or has asked for. `ClaimsDuty` compares the table with the
/// list.
final class RunningJobs: Sendable {
    private struct Entry {
        var run: JobRun?
        /// True when a cancel arrived before the run had begun.
        var isCancelled = false
    }

    /// A sixteenth of the claims. Each job uses the list several times, and many workers would queue for a single lock.
    private final class Part: Sendable {
        let claims = Mutex<[UUID: Entry]>([:])
    }

    private let rest: WatchRest
    private let expected = Atomic(0)
    private let parts = (0..<16).map { _ in Part() }

    init(rest: WatchRest = WatchRest()) { self.rest = rest }

    private func part(of claimID: UUID) -> Part { parts[Int(claimID.uuid.15) % parts.count] }

    /// Records a claim before the store is asked, so that `ClaimsDuty` doesn't take the claim's row for lost.
    func expect(_ claimID: UUID) {
        expected.add(1, ordering: .relaxed)
        part(of: claimID).claims.withLock { $0[claimID] = Entry() }
    }

    /// The number of claims so far.
    var claimCount: Int { expected.load(ordering: .relaxed) }

    /// Records the run of a claim, and stops the run when a cancel arrived earlier.
    func started(_ claimID: UUID, _ run: JobRun) {
        let isCancelled = part(of: claimID).claims.withLock { claims in
            claims[claimID, default: Entry()].run = run
            return claims[claimID]?.isCancelled ?? false
        }
        if isCancelled { run.stop(.cancelled) }
        rest.end()
    }

    /// Returns the wait of a duty that watches the runs: `busy` while a job runs, `idle` while no job runs. After an
    /// idle time the wait is `WatchRest.nap`, and the callback of `onStart` wakes the duty.
    func watchInterval(busy: Duration, idle: Duration) -> Duration {
        if rest.begins({ isIdle }) { return WatchRest.nap }
        return isIdle ? idle : busy
    }

    /// Sets the callback that wakes the duties in their long wait.
    func onStart(_ wake: @escaping @Sendable () -> Void) { rest.onEnd.value = wake }

    func forget(_ claimID: UUID) { part(of: claimID).claims.withLock { $0[claimID] = nil } }

    var claimIDs: [UUID] { parts.flatMap { $0.claims.withLock { Array($0.keys) } } }

    /// The current runs with their claims.
    var runsByClaim: [(claimID: UUID, run: JobRun)] {
        parts.flatMap { $0.claims.withLock { claims in claims.compactMap { id, entry in entry.run.map { (id, $0) } } } }
    }

    /// True while no job runs; a claim without a run counts as idle.
    var isIdle: Bool {
        parts.allSatisfy { $0.claims.withLock { claims in claims.allSatisfy { $0.value.run == nil } } }
    }

    private var runs: [JobRun] { runsByClaim.map(\.run) }

    /// Returns the new progress of the current runs, up to about `limit` bytes of logs.
    func takeProgress(upTo limit: Int) -> [ProgressNote] {
        var notes: [ProgressNote] = []
        var bytes = 0
        // The order is unspecified; over several rounds each run has its turn.
        for run in runs where bytes < limit {
            guard let note = run.takeProgress() else { continue }
            bytes += note.progress.logTail.utf8.count
            notes.append(note)
        }
        return notes
    }

    /// Cancels the runs of the claims. A run that hasn't begun is stopped as soon as the run begins. Returns the number
    /// of runs stopped now.
    func cancel(_ claimIDs: [UUID]) -> Int {
        let runs = claimIDs.compactMap { id in
            part(of: id).claims.withLock { claims in
                claims[id]?.isCancelled = true
                return claims[id]?.run
            }
        }
        return runs.count { $0.stop(.cancelled) }
    }

    /// Stops the runs whose deadline has passed.
    func stopOverdue(at now: ContinuousClock.Instant) {
        for run in runs where run.deadline <= now { run.stop(.timeout) }
    }

    /// Stops every run that isn't being stopped already. Returns the number of runs stopped.
    func stopAll(_ reason: StopReason) -> Int { runs.count { $0.stop(reason) } }
}
