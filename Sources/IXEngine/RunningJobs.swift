import FoundationEssentials
import IXStore
import Synchronization

/// The claims this process holds or has asked for; what the heartbeat compares the table with.
final class RunningJobs: Sendable {
    private struct Entry {
        var run: Run?
        /// A cancel that came before the run had begun.
        var isCancelled = false
    }

    /// A part of the claims: each job comes by here some times, and many workers would queue for one lock.
    private final class Part: Sendable {
        let claims = Mutex<[UUID: Entry]>([:])
    }

    private let rest: WatchRest
    private let parts = (0..<16).map { _ in Part() }

    init(rest: WatchRest = WatchRest()) { self.rest = rest }

    private func part(of claimID: UUID) -> Part { parts[Int(claimID.uuid.15) % parts.count] }

    /// Notes a claim before it is asked for, so that no heartbeat takes its row for lost.
    func expect(_ claimID: UUID) { part(of: claimID).claims.withLock { $0[claimID] = Entry() } }

    func started(_ claimID: UUID, _ run: Run) {
        let isCancelled = part(of: claimID).claims.withLock { claims in
            claims[claimID, default: Entry()].run = run
            return claims[claimID]?.isCancelled ?? false
        }
        if isCancelled { run.stop(.cancelled) }
        rest.end()
    }

    /// How long what watches over the runs waits for its next look: `busy` while something runs, `idle` when nothing does,
    /// long when nothing has run for some time; `onStart` then wakes it.
    func watchInterval(busy: Duration, idle: Duration) -> Duration {
        if rest.begins({ isIdle }) { return WatchRest.nap }
        return isIdle ? idle : busy
    }

    /// Wakes those who wait long.
    func onStart(_ wake: @escaping @Sendable () -> Void) { rest.onEnd.value = wake }

    func forget(_ claimID: UUID) { part(of: claimID).claims.withLock { $0[claimID] = nil } }

    var claimIDs: [UUID] { parts.flatMap { $0.claims.withLock { Array($0.keys) } } }

    /// The runs under way, by their claims.
    var runsByClaim: [(claimID: UUID, run: Run)] {
        parts.flatMap { $0.claims.withLock { claims in claims.compactMap { id, entry in entry.run.map { (id, $0) } } } }
    }

    /// Whether nothing runs; at a claim that is only asked for nothing does yet.
    var isIdle: Bool {
        parts.allSatisfy { $0.claims.withLock { claims in claims.allSatisfy { $0.value.run == nil } } }
    }

    private var runs: [Run] { runsByClaim.map(\.run) }

    /// What is new of the runs under way, as long as it fits.
    func takeProgress(upTo limit: Int) -> [ProgressNote] {
        var notes: [ProgressNote] = []
        var bytes = 0
        // In no order: over the rounds each has its turn.
        for run in runs where bytes < limit {
            guard let note = run.takeProgress() else { continue }
            bytes += note.progress.logTail.utf8.count
            notes.append(note)
        }
        return notes
    }

    /// Stops the runs of these claims, those that haven't begun as soon as they do; how many it stopped now.
    func cancel(_ claimIDs: [UUID]) -> Int {
        let runs = claimIDs.compactMap { id in
            part(of: id).claims.withLock { claims in
                claims[id]?.isCancelled = true
                return claims[id]?.run
            }
        }
        return runs.count { $0.stop(.cancelled) }
    }

    /// Stops the runs whose time is up.
    func stopOverdue(at now: ContinuousClock.Instant) {
        for run in runs where run.deadline <= now { run.stop(.timeout) }
    }

    /// Stops every run that isn't being stopped already; how many there were.
    func stopAll(_ reason: StopReason) -> Int { runs.count { $0.stop(reason) } }
}
