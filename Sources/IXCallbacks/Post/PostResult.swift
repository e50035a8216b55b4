/// `PostResult` is the result of a try.
struct PostResult: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// The receiver answered with a status and perhaps a `Retry-After` header.
        case answered(Int, retryAfter: String?)
        /// No answer arrived, or the answer is no HTTP.
        case unanswered(String)
        /// The policy refuses the target; `isFinal` is true when the policy refuses the URL itself.
        case refused(String, isFinal: Bool)
        /// The daemon stopped the try, and doesn't know if the receiver has the request.
        case stopped
        /// The try did not begin, because other deliveries use all slots of the address.
        case crowded
    }

    let kind: Kind
    /// The beginning of the answer's body, at most `PostLimits.answerBytes` bytes.
    var answer: [UInt8] = []

    static func unanswered(_ reason: String) -> PostResult { PostResult(kind: .unanswered(reason)) }
}
