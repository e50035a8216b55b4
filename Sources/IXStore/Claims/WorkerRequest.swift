/// A worker's message to the store: the end it reports, the claim it asks for, or both. The engine sends the messages
/// of many workers in one transaction (`JobExecution.perform`).
public struct WorkerRequest: Sendable {
    /// The end of the worker's last job; nil when the worker has none to report.
    public let completion: Completion?
    /// The claim of the worker's next job; nil when the worker wants none.
    public let claim: Claim?

    /// Creates a message with an end, a claim, or both.
    public init(completion: Completion? = nil, claim: Claim? = nil) {
        self.completion = completion
        self.claim = claim
    }

    /// The store's reply to a single message.
    public struct Result: Sendable, Equatable {
        /// The result of the end; nil when the message had no end.
        public let completion: CompletionResult?
        /// The claimed job; nil when the message had no claim, or no job is due.
        public let job: ClaimedJob?

        /// Creates the reply to a message.
        public init(completion: CompletionResult?, job: ClaimedJob?) {
            self.completion = completion
            self.job = job
        }
    }
}
