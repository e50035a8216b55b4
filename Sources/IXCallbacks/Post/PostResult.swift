/// What one try came to.
struct PostResult: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// A status came, and what the receiver said of the next try.
        case answered(Int, retryAfter: String?)
        /// Nothing came, or nothing that is HTTP.
        case unanswered(String)
        /// The policy doesn't let it go there; `isFinal` when the URL itself is what is refused.
        case refused(String, isFinal: Bool)
        /// Stopped from here; whether it had been sent isn't known.
        case stopped
        /// Not begun: other deliveries to the same address are under way.
        case crowded
    }

    let kind: Kind
    /// The beginning of the answer's body.
    var answer: [UInt8] = []

    static func unanswered(_ reason: String) -> PostResult { PostResult(kind: .unanswered(reason)) }
}
