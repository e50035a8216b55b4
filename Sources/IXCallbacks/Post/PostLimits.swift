/// How long and how large one delivery may be.
public struct PostLimits: Sendable, Equatable {
    public var connect: Duration
    public var tls: Duration
    /// From the request's last byte to the answer's first.
    public var firstByte: Duration
    /// From the beginning to the answer's end.
    public var total: Duration
    /// Bytes of an answer's body that are read.
    public static let answerBytes = 16 << 10

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
