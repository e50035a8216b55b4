import FoundationEssentials
import Synchronization

/// `Candidates` are the next due jobs, read ahead for busy workers without a lock. A worker claims one by its place, in a
/// transaction of its own; a candidate that meanwhile belongs to another claim is a miss, and costs a round trip.
///
/// Guarantees: nothing is reserved. The order of claims is disturbed by no more than 100 ms: older candidates are dropped,
/// and a list from the queue's start is read every 100 ms, or at once after `distrust`. Few candidates are read at a time:
/// as many as were claimed in the last 50 ms.
///
/// Concurrency: callable from any thread; one list at a time is read.
final class Candidates: Sendable {
    /// A job that may be due.
    struct Candidate: Sendable {
        let jobID: UUID
        let place: Place
        let position: ClaimMark.Position
        let row: Declarations.Row
        /// The end of the daemon's lease, in microseconds since the year 2000; no later claim takes effect.
        let leaseEnd: Int64
        let readAt: ContinuousClock.Instant
    }

    /// A list of candidates to be read.
    struct Request: Sendable {
        let daemonID: UUID
        let after: ClaimMark.Position
        let isWhole: Bool
        let count: Int
        let share: Share
        /// True when the list tells the number of living daemons.
        let countsDaemons: Bool
        let begun: ContinuousClock.Instant
        fileprivate let trust: Int
    }

    /// The part of the due jobs that a daemon reads, so that daemons do not read the same candidates.
    struct Share: Sendable, Equatable {
        /// A power of two, less 1.
        var mask = 0
        var part = 0

        static let all = Share()

        /// The share of the daemon of this rank among so many.
        init(daemons: Int, rank: Int) {
            var parts = 1
            while parts * 2 <= min(daemons, 8) { parts *= 2 }
            mask = parts - 1
            part = max(rank, 0) % parts
        }

        init() {}
    }

    private struct State {
        var queue: ArraySlice<Candidate> = []
        var wanted = 0
        var isReading = false
        /// Jobs whose claim is under way.
        var inFlight: Set<UUID> = []
        /// Jobs whose claim was under way since the list under way was requested; that list may still name them.
        var handedOut: Set<UUID> = []
        var claims = ClaimRate(window: .milliseconds(50))
        var end = ClaimMark.Position.start
        var nextWhole = ContinuousClock.now
        var nextRead = ContinuousClock.now
        var nextCount = ContinuousClock.now
        var share = Share.all
        /// The next list is of all parts.
        var readsAll = false
        /// Raised when rows may stand before the lists, so that lists under way are dropped.
        var trust = 0

        mutating func pop(for daemonID: UUID) -> Candidate? {
            guard queue.first?.row.daemonID == daemonID, let candidate = queue.popFirst() else { return nil }
            inFlight.insert(candidate.jobID)
            if isReading { handedOut.insert(candidate.jobID) }
            return candidate
        }
    }

    /// The age at which candidates are dropped, and the pause between lists from the start.
    private static let age = Duration.milliseconds(100)
    private static let longest = 100
    /// With fewer claims in 50 ms a list is not worth its statement.
    private static let least = 8
    /// Lists from the start take at most 1/20 of the time.
    private static let share = 20

    private let state = Mutex(State())
    private let declarations: Declarations

    init(_ declarations: Declarations) { self.declarations = declarations }

    /// Counts a busy worker's claim, by a candidate or not.
    func countClaim() { state.withLock { $0.claims.count(.now) } }

    /// Takes the next candidate for a claim of the daemon; nil when there is none that is fresh. The caller reports by
    /// `answered`.
    func next(for daemonID: UUID) -> Candidate? {
        let now = ContinuousClock.now
        return state.withLock { state in
            while let first = state.queue.first, now - first.readAt > Self.age {
                declarations.drop(first.row)
                state.queue.removeFirst()
            }
            return state.pop(for: daemonID)
        }
    }

    /// Notes that the candidate's claim is answered, or failed.
    func answered(_ candidate: Candidate) { state.withLock { _ = $0.inFlight.remove(candidate.jobID) } }

    /// Returns the list that is to be read now, if any. The caller reports by `read` or `failed`.
    func request(for daemonID: UUID) -> Request? {
        let now = ContinuousClock.now
        return state.withLock { state in
            let count = min(state.claims.recent(now), Self.longest)
            let isWhole = now >= state.nextWhole
            guard !state.isReading, count >= Self.least, now >= state.nextRead,
                state.queue.count * 2 < state.wanted || state.queue.isEmpty || isWhole
            else { return nil }
            state.isReading = true
            state.wanted = count
            state.handedOut = state.inFlight
            let countsDaemons = now >= state.nextCount
            if countsDaemons { state.nextCount = now + .seconds(1) }
            return Request(
                daemonID: daemonID, after: isWhole ? .start : state.end, isWhole: isWhole, count: count,
                share: isWhole || state.readsAll ? .all : state.share, countsDaemons: countsDaemons, begun: now,
                trust: state.trust)
        }
    }

    /// The daemon's part of what daemons share out among themselves.
    var currentShare: Share { state.withLock { $0.share } }

    /// Takes a list that was committed. The list replaces older candidates when it is from the start.
    func read(_ list: [Candidate], _ request: Request, daemons: (count: Int, rank: Int)?) {
        let now = ContinuousClock.now
        state.withLock { state in
            state.isReading = false
            if let row = list.first?.row { declarations.declare(row, jobs: list.count) }
            if let daemons { state.share = Share(daemons: daemons.count, rank: daemons.rank) }
            guard request.trust == state.trust else { return list.forEach { declarations.drop($0.row) } }
            if request.isWhole {
                drop(&state)
                state.nextWhole = now + max(Self.age, (now - request.begun) * Self.share)
            }
            state.readsAll = list.count * 2 < request.count && request.share != .all
            // A short list of all parts: nearly nothing is due.
            if list.count * 2 < request.count, request.share == .all { state.nextRead = now + .milliseconds(20) }
            if let last = list.last { state.end = last.position }
            for candidate in list {
                if state.handedOut.contains(candidate.jobID) {
                    declarations.drop(candidate.row)
                } else {
                    state.queue.append(candidate)
                }
            }
        }
    }

    /// Notes that the list could not be read.
    func failed(_ request: Request) { state.withLock { $0.isReading = false } }

    /// Drops the candidates and reads from the start next: rows may now stand before them, or the server may be another
    /// one, which never got their declarations.
    func distrust() {
        state.withLock { state in
            drop(&state)
            state.trust += 1
            state.nextWhole = .now
        }
    }

    private func drop(_ state: inout State) {
        for candidate in state.queue { declarations.drop(candidate.row) }
        state.queue = []
    }
}
