/// Upkeep that only one kind of store needs, such as a check of PostgreSQL's xmin horizon. The engine runs it in a duty
/// loop beside its own duties.
///
/// Gains: a round at the start, another after each `interval`, and one after every reload of the configuration.
/// Concurrency: rounds of a duty never overlap; a round suspends and never blocks the caller's thread.
package protocol StoreDuty: Sendable {
    /// The duty's name for people, reported when a round is late.
    var name: String { get }
    /// The longest wait before the next round, asked after each round. The engine draws each wait up to 10 % shorter,
    /// so that daemons don't run in step.
    var interval: Duration { get }
    /// True while a round of any daemon serves all daemons of the store, asked after each wait. The daemons then take turns
    /// at the rounds that nothing asked for.
    var isShared: Bool { get }
    /// Called once before the first round: `nudge` starts a round at once, or another round after the current one.
    func connect(_ nudge: @escaping @Sendable () -> Void)
    /// Runs one round, and returns the notifications that the daemon gets because of the round.
    ///
    /// Requires: the round calls `progress` before each part that may take as long as a call to the store. Each call
    /// renews the liveness of the loop. A round that takes longer without calling `progress` counts as stalled, and the
    /// service is restarted.
    /// Failure: a thrown error counts as a fault of the store, and the engine repeats the round after at most one
    /// second. A round therefore throws only errors that pass by themselves.
    func round(progress: @Sendable () -> Void) async throws(StoreError) -> [JobNotification]
}

extension StoreDuty {
    /// False: the default for a duty that each daemon does for itself.
    package var isShared: Bool { false }
    /// Does nothing: the default for a duty that its interval wakes.
    package func connect(_ nudge: @escaping @Sendable () -> Void) {}
}
