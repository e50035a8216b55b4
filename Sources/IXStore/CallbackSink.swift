/// Takes callbacks that became due with a committed end.
///
/// Guarantees: `send` returns at once; a delivery never changes a job's status.
public protocol CallbackSink: Sendable {
    func send(_ callback: DueCallback)
    /// Waits for deliveries under way, up to `limit`.
    func drain(upTo limit: Duration) async
}
