package import FoundationEssentials
package import IXConcurrency

/// The engine's view of callback delivery.
///
/// Guarantees: a delivery never changes a job's status.
/// Concurrency: `wake` returns at once, from any thread.
package protocol CallbackSink: Sendable {
    /// Claims and delivers callbacks until the drain has ended. `daemonID` is called before each claim, because the
    /// daemon's id may change during its life.
    ///
    /// Guarantees: only the first run counts, and none after a drain; any other run returns at once.
    func run(as daemonID: @escaping @Sendable () -> UUID) async
    /// Reports that a callback may have become due, by a commit of this process or of another process.
    func wake()
    /// Reports what a look at the store found: that callbacks wait, due or not, or that none does. Looks come at the poll
    /// interval, if the store can look.
    func told(ofAny: Bool)
    /// Stops claiming once no callback is due or `limit` has passed; then deliveries still under way are put back.
    /// Always returns, also without a run.
    func drain(upTo limit: Duration) async
    /// Liveness of the delivery loop, watched by the daemon.
    var liveness: Liveness { get }
}
