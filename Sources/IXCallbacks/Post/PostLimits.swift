/// `PostLimits` limits the time and the size of a delivery.
public struct PostLimits: Sendable, Equatable {
    /// The time to resolve the name and to connect.
    public var connect: Duration
    /// The time for the TLS handshake.
    public var tls: Duration
    /// The time between the request's last byte and the answer's first byte.
    public var firstByte: Duration
    /// The time for the whole delivery, until the end of the answer.
    public var total: Duration
    /// The maximum number of bytes read from an answer's body.
    public static let answerBytes = 16 << 10

    /// Creates limits without checking any value.
    public init(
        connect: Duration = .seconds(5), tls: Duration = .seconds(5), firstByte: Duration = .seconds(10),
        total: Duration = .seconds(20)
    ) {
        self.connect = connect
        self.tls = tls
        self.firstByte = firstByte
        self.total = total
    }
}
