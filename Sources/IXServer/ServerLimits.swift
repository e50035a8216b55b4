/// The limits of a server; most are keys of `[http]`.
package struct ServerLimits: Sendable, Equatable {
    /// Time from a request's first byte to the end of its head.
    package var head: Duration = .seconds(10)
    /// Time for a JSON body, from the end of the head.
    package var body: Duration = .seconds(30)
    /// Window over which a body must bring `bodyRate` bytes a second.
    package var bodyWindow: Duration = .seconds(10)
    /// Bytes a second that a body must bring.
    package var bodyRate = 4096
    /// Time in which a reader must take at least a part of the answer.
    package var reader: Duration = .seconds(30)
    /// Time after which a connection without a request closes.
    package var idle: Duration = .seconds(75)
    /// Time for a new connection's first request once the server drains. No key.
    package var farewell: Duration = .seconds(1)
    /// Open connections; the last `reserved` are kept for health and socket files.
    package var connections = 1024
    /// The part of `connections` kept for health and socket files.
    package var reserved = 16
    /// Event streams under way.
    package var streams = 1000
    /// Waits for the end of a job under way.
    package var waits = 1000
    /// Requests that wait for the store.
    package var queue = 256
    /// Time that a request waits for its turn at the store.
    package var queueTime: Duration = .seconds(2)
    /// Time between two looks at the store for streams. No key.
    package var look: Duration = .seconds(1)
    /// Time after which a stream without events gets a comment. No key.
    package var heartbeat: Duration = .seconds(15)
    /// Bytes that the kernel keeps for a reader of a connection; nil for the kernel's choice. No key.
    package var sendBuffer: Int?

    /// Requests a second of one token; 0 for no limit.
    package var rate = 0

    /// Bytes of a head.
    package static let headBytes = 16 << 10
    /// Fields of a head.
    package static let headFields = 64
    /// Bytes of a request's target.
    package static let targetBytes = 8 << 10

    /// Creates the limits at their defaults.
    package init() {}
}
