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
        /// So few unclaimed turns make a busy worker admit again, before the others run out of jobs; nil where the last pass
        /// gave fewer turns than wanted, because the line or its places had come to their end.
        var low: Int?
        /// Turns of passes since the idle workers were last told.
        var news = 0
        var claims = ClaimRate(window: .milliseconds(20))
        /// True after a claim brought a job that starts before plain ones.
        var hasUrgent = false
    }

    /// The pause between two looks for lines beside claims.
    private static let lookPause = Duration.milliseconds(100)
    /// The time for which an answer without a turn and one without a plain job count for busy workers. The end of a job in line
    /// makes an answer without a turn void.
    private static let memory = Duration.milliseconds(100)
    /// The least and the most turns that a daemon wants.
    private static let wanted = 20...200

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

    /// Notes that a turn of the list was another's.
    func missedTurn() { state.withLock { $0.readyLeft = max(0, $0.readyLeft - 1) } }

    /// Notes that a claim brought a job with a turn, or none.
    func claimed(urgent: Bool?) {
        let now = ContinuousClock.now
        state.withLock { state in
            state.hasUrgent = urgent ?? false
            state.readyLeft = urgent == nil ? 0 : max(0, state.readyLeft - 1)
            if urgent != nil { state.claims.count(now) }
        }
    }

    /// True when an end may hand its place on instead of asking for a turn: no unclaimed turn is known, or the last pass gave
    /// fewer than wanted, because the places are what is short.
    var handsOn: Bool { state.withLock { $0.readyLeft == 0 || $0.low == nil } }

    /// Notes that an end handed its place on.
    func handedOn(urgent: Bool) { state.withLock { $0.hasUrgent = urgent } }

    /// Notes that a place is free, because a job of a line has ended.
    func placeFreed() { state.withLock { $0.dryUntil = .now } }

    /// True while an admission of this daemon is under way.
    var isAdmitting: Bool { state.withLock { $0.isAdmitting } }

    /// True when turns will soon run out, and a pass may give more.
    var runsLow: Bool {
        state.withLock { state in
            guard let low = state.low else { return false }
            return !state.isAdmitting && state.readyLeft < low
        }
    }

    /// Begins an admission, and returns its ring and the number of turns that it wants: twice as many as the daemon runs, and
    /// as many as it lately claimed in 20 ms. Nil while one is under way.
    func beginAdmission(running: Int) -> (ring: String, wanted: Int)? {
        let now = ContinuousClock.now
        return state.withLock { state in
            guard !state.isAdmitting else { return nil }
            state.isAdmitting = true
            let wanted = running * 2 + state.claims.recent(now)
            return (state.ring, min(max(wanted, Self.wanted.lowerBound), Self.wanted.upperBound))
        }
    }

    /// Ends an admission that failed, or that found another daemon's pass under way.
    func failedAdmission() { state.withLock { $0.isAdmitting = false } }

    /// Ends the admission. `turns` counts unclaimed turns, of which the pass gave `admitted`. A pass for all daemons (not `isOwn`)
    /// wakes no worker by its number, because its turns may be of jobs that this daemon doesn't run.
    func endAdmission(ring: String, turns: Int, admitted: Int, of wanted: Int, isOwn: Bool) {
        state.withLock { state in
            state.isAdmitting = false
            state.ring = ring
            state.readyLeft = turns
            if isOwn { state.news += admitted }
            // A pass without need gives none, and leaves at least half of what is wanted.
            let isWell = turns >= wanted || admitted == 0 && turns * 2 >= wanted
            state.low = isWell ? wanted / 2 : nil
            if turns == 0 { state.dryUntil = .now + Self.memory }
        }
    }

    /// Takes the number of turns that came since the last call, for which idle workers are to be woken.
    func takeNews() -> Int {
        state.withLock { state in
            defer { state.news = 0 }
            return state.news
        }
    }
}
