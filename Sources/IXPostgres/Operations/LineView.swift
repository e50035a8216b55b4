import FoundationEssentials
import Synchronization

/// `LineView` is what a store's connections know together of the lines: if jobs stand in one, where the next admission goes on,
/// and which source a claim asks first.
///
/// While no line was seen, a claim asks for plain jobs alone, and costs nothing more. A daemon looks before its first claim and
/// whenever no plain job is due, and a busy worker looks between its end and its claim when the last look is 100 ms old.
///
/// Concurrency: callable from any thread; one admission at a time is under way.
final class LineView: Sendable {
    private struct State {
        var hasLines = false
        var entering: [String] = []
        var nextLook = ContinuousClock.now
        var isTrusted = false
        var isAdmitting = false
        var ring = "{}"
        /// Until this moment no turn is expected, so that busy workers don't ask.
        var dryUntil = ContinuousClock.now
        /// Until this moment no plain job is expected to be due.
        var plainDryUntil = ContinuousClock.now
        var isReadyNext = true
        /// Unclaimed turns, as far as this daemon knows.
        var readyLeft = 0
        /// True after a claim brought a job that starts before plain ones.
        var hasUrgent = false
    }

    /// The pause between two looks for lines beside claims.
    private static let lookPause = Duration.milliseconds(100)
    /// The time for which an answer without a turn and one without a plain job count for busy workers. The end of a job in line
    /// makes an answer without a turn void.
    private static let memory = Duration.milliseconds(100)

    private let state = Mutex(State())

    /// True when jobs stood in a line at the last look.
    var hasLines: Bool { state.withLock { $0.hasLines } }

    /// The use cases whose plain jobs were still to get into line at the last look. Claims leave them out.
    var entering: [String] { state.withLock { $0.entering } }

    /// Makes the next claim look, because a queue may have got its row.
    func distrust() { state.withLock { $0.isTrusted = false } }

    /// True for the first claim, and once in 100 ms for busy workers: the caller looks, and reports by `looked`. An idle
    /// worker's claim takes one round trip: while so many plain jobs wait that they can't be in line at once, no worker is idle.
    func takeLook(isIdle: Bool) -> Bool {
        let now = ContinuousClock.now
        return state.withLock { state in
            guard !state.isTrusted || !isIdle && now >= state.nextLook else { return false }
            state.nextLook = now + Self.lookPause
            return true
        }
    }

    /// Notes what a look found.
    func looked(_ hasLines: Bool, entering: [String]) {
        state.withLock { state in
            if hasLines, !state.hasLines { state.dryUntil = .now }
            state.hasLines = hasLines
            state.entering = entering
            state.isTrusted = true
        }
    }

    /// Decides if a busy worker's claim asks for a job with a turn before a plain one. The sources take turns while both have
    /// jobs.
    func asksReadyFirst() -> Bool {
        let now = ContinuousClock.now
        return state.withLock { state in
            guard state.hasLines, now >= state.dryUntil else { return false }
            defer { state.isReadyNext.toggle() }
            return state.isReadyNext || state.hasUrgent || now < state.plainDryUntil
        }
    }

    /// True when a busy worker without a plain job asks for one with a turn.
    var isWorthAsking: Bool {
        let now = ContinuousClock.now
        return state.withLock { $0.hasLines && now >= $0.dryUntil }
    }

    /// Notes that no plain job was due.
    func missedPlain() { state.withLock { $0.plainDryUntil = .now + Self.memory } }

    /// Notes that a claim brought a job with a turn, or none.
    func claimed(urgent: Bool?) {
        state.withLock { state in
            state.hasUrgent = urgent ?? false
            state.readyLeft = urgent == nil ? 0 : max(0, state.readyLeft - 1)
        }
    }

    /// True when no unclaimed turn is known, so that an end may hand its place on instead of asking for one.
    var handsOn: Bool { state.withLock { $0.readyLeft == 0 } }

    /// Notes that an end handed its place on.
    func handedOn(urgent: Bool) { state.withLock { $0.hasUrgent = urgent } }

    /// Notes that a place is free, because a job of a line has ended.
    func placeFreed() { state.withLock { $0.dryUntil = .now } }

    /// Begins an admission, and returns its ring; nil while one is under way.
    func beginAdmission() -> String? {
        state.withLock { state in
            guard !state.isAdmitting else { return nil }
            state.isAdmitting = true
            return state.ring
        }
    }

    /// Ends the admission. `ring` is nil when it failed, or found another pass under way; `turns` counts unclaimed turns.
    func endAdmission(ring: String?, turns: Int) {
        state.withLock { state in
            state.isAdmitting = false
            guard let ring else { return }
            state.ring = ring
            state.readyLeft = turns
            if turns == 0 { state.dryUntil = .now + Self.memory }
        }
    }
}
