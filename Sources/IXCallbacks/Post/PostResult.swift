/// `PostLimits` limits the time and the size of a delivery.
package struct PostLimits: Sendable, Equatable {
    /// The time to resolve the name and to connect.
    package var connect: Duration
    /// The time for the TLS handshake.
    package var tls: Duration
    /// The time between the request's last byte and the answer's first byte.
    package var firstByte: Duration
    /// The time for the whole delivery, until the end of the answer.
    package var total: Duration
    /// The maximum number of bytes read from an answer's body.
    package static let answerBytes = 16 << 10

    /// Creates limits without checking any value.
    package init(
        connect: Duration = .seconds(5), tls: Duration = .seconds(5), firstByte: Duration = .seconds(10),
        total: Duration = .seconds(20)
    ) {
        self.connect = connect
        self.tls = tls
        self.firstByte = firstByte
        self.total = total
    }
}

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
