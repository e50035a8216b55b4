import IXStore
import Synchronization

/// What the store lately said of tokens or of sessions, by key.
///
/// Guarantees: a reading counts for `fresh`, so that a revoked token is refused within that time. While the store is
/// away, a value read within `kept` counts.
final class RecentReadings<Value: Sendable>: Sendable {
    private struct Entry {
        let value: Value
        let at: ContinuousClock.Instant
    }

    private struct State {
        var known: [String: Entry] = [:]
        /// Keys that stand for nothing, with the time of the reading.
        var unknown: [String: ContinuousClock.Instant] = [:]
        /// Readings under way, which the callers of the moment share: every open stream asks after the same token.
        var readings: [String: Task<Value?, any Error>] = [:]
        /// Until then the store isn't asked for what is known.
        var awayUntil: ContinuousClock.Instant?

        /// The value that counts while the store is away.
        func kept(_ key: String) -> Entry? {
            known[key].flatMap { ContinuousClock.now - $0.at < RecentReadings.kept ? $0 : nil }
        }
    }

    private let state = Mutex(State())

    /// Returns the value of a key, which `read` asks the store for; nil for a key that stands for nothing. Throws the
    /// error of `read` for a key that no reading answers. An error other than the store's absence throws in any case,
    /// so that a busy server never accepts a revoked token for long.
    func value(_ key: String, _ read: @escaping @Sendable () async throws -> Value?) async throws -> Value? {
        if let value = recent(key) { return value }
        do {
            return try await reading(of: key, read).value
        } catch let error as StoreError where error.isTransient {
            guard let entry = state.withLock({ $0.kept(key) }) else { throw error }
            return entry.value
        }
    }

    /// Returns what a reading of the last 5 s has said, nil inside for a key that stands for nothing; nil when the key
    /// must be read.
    func recent(_ key: String) -> Value?? {
        let now = ContinuousClock.now
        return state.withLock { state in
            if let at = state.unknown[key], now - at < Self.fresh { return .some(nil) }
            let isAway = state.awayUntil.map { now < $0 } ?? false
            guard let entry = state.known[key], now - entry.at < (isAway ? Self.kept : Self.fresh) else { return nil }
            return entry.value
        }
    }

    /// Forgets a key, which the store no longer has.
    func forget(_ key: String) { _ = state.withLock { $0.known.removeValue(forKey: key) } }

    /// Returns the reading of a key that is under way, else begins one.
    func reading(
        of key: String, _ read: @escaping @Sendable () async throws -> Value?
    ) -> Task<Value?, any Error> {
        state.withLock { state in
            if let task = state.readings[key] { return task }
            let start = ContinuousClock.now
            let task = Task {
                defer { self.state.withLock { $0.readings[key] = nil } }
                do {
                    let value = try await read()
                    self.state.withLock { Self.record(value, of: key, at: start, in: &$0) }
                    return value
                } catch let error as StoreError where error.isTransient {
                    // A call that finds the store away may take long; the next ones need not.
                    self.state.withLock { if $0.kept(key) != nil { $0.awayUntil = .now + Self.pause } }
                    throw error
                }
            }
            state.readings[key] = task
            return task
        }
    }

    private static func record(
        _ value: Value?, of key: String, at now: ContinuousClock.Instant, in state: inout State
    ) {
        state.awayUntil = nil
        guard let value else {
            state.known[key] = nil
            // Made-up keys must not push out what is known.
            if state.unknown.count >= most { state.unknown = [:] }
            state.unknown[key] = now
            return
        }
        if state.known.count >= most, state.known[key] == nil { makeRoom(now, in: &state) }
        state.unknown[key] = nil
        state.known[key] = Entry(value: value, at: now)
    }

    private static func makeRoom(_ now: ContinuousClock.Instant, in state: inout State) {
        state.known = state.known.filter { now - $0.value.at < kept }
        guard state.known.count >= most else { return }
        let newest = state.known.sorted { $0.value.at > $1.value.at }.prefix(most / 2)
        state.known = Dictionary(uniqueKeysWithValues: newest.map { ($0.key, $0.value) })
    }

    private static var fresh: Duration { .seconds(5) }
    private static var kept: Duration { .seconds(600) }
    private static var pause: Duration { .seconds(1) }
    private static var most: Int { 10_000 }
}
