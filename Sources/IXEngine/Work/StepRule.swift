/// `StepRule` computes the longest time of a worker's step from the number of workers.
package struct StepRule: Sendable {
    /// The longest time of one call, including a new connection.
    let callLimit: Duration
    /// The maximum number of concurrent calls of workers.
    let width: Int

    /// Creates a rule. Requires: `width` is at least 1.
    package init(callLimit: Duration, width: Int) { (self.callLimit, self.width) = (callLimit, width) }

    /// Returns the limit for so many workers, which wait in turns; each turn may last a connection and a call.
    package func limit(_ workers: Int) -> Duration {
        callLimit * ((workers + width - 1) / width) + .seconds(10)
    }
}
