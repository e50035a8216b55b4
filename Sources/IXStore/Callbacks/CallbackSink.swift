public import FoundationEssentials

/// Delivers the callbacks that the outbox holds.
///
/// Guarantees: `hint` returns at once; a delivery never changes a job's status.
public protocol CallbackSink: Sendable {
    /// From now on callbacks are claimed, under the id that the worker has at that moment.
    func start(as workerID: @escaping @Sendable () -> UUID)
    /// A callback may have become due: with a commit of this process, or somebody else's.
    func hint()
    /// Stops claiming once nothing is due, or `limit` is over; what is under way then is put back. Always ends.
    func drain(upTo limit: Duration) async
    /// Its loop's sign of life.
    var pulse: Pulse { get }
}
