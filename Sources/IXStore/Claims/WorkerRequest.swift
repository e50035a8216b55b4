/// A worker's message to the store: the end it reports, the claim it asks for, or both. The engine sends the messages
/// of many workers in one transaction (`JobExecution.perform`).
package struct WorkerRequest: Sendable {
    /// The end of the worker's last job; nil when the worker has none to report.
    package let completion: Completion?
    /// The claim of the worker's next job; nil when the worker wants none.
    package let claim: Claim?

    /// Creates a message with an end, a claim, or both.
    package init(completion: Completion? = nil, claim: Claim? = nil) {
        self.completion = completion
        self.claim = claim
    }

    /// The store's reply to a single message.
    package struct Result: Sendable {
        /// The result of the end; nil when the message had no end.
        package let completion: CompletionResult?
        /// The claimed job; nil when the message had no claim, or no job is due.
        package let job: ClaimedJob?
        /// The number of jobs that the message made ready for other workers, so that idle ones ask at once; 0 for most.
        package var more = 0
        /// Why the end alone could not be written, while the claim beside it holds its job; nil for most.
        package var failure: StoreError?

        /// Creates the reply to a message.
        package init(completion: CompletionResult?, job: ClaimedJob?) {
            self.completion = completion
            self.job = job
        }
    }
}
