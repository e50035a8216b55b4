/// What a worker brings to the store and wants from it, when many workers' wishes travel together.
public struct Exchange: Sendable {
    public let finish: Finish?
    public let claim: Claim?

    public init(finish: Finish? = nil, claim: Claim? = nil) {
        self.finish = finish
        self.claim = claim
    }

    /// What came of it.
    public struct Result: Sendable, Equatable {
        /// Nil when nothing was to be finished.
        public let finish: FinishResult?
        /// Nil when no job was wanted, or none is due.
        public let job: ClaimedJob?

        public init(finish: FinishResult?, job: ClaimedJob?) {
            self.finish = finish
            self.job = job
        }
    }
}
