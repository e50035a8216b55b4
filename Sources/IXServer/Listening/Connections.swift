import IXTelemetry
import NIOCore
import Synchronization

/// Counts the open connections of a server, and says which of them are taken.
final class Connections: Sendable {
    enum Admission: Sendable {
        /// The connection may ask for everything.
        case full
        /// The connection may ask for health alone.
        case reserved
        case refused
    }

    private let limits: ServerLimits
    private let open = Mutex(
        (
            channels: [ObjectIdentifier: any Channel](), reserved: Set<ObjectIdentifier>(),
            operators: [ObjectIdentifier: String]()
        ))

    private let meters: HTTPMeters?

    init(_ limits: ServerLimits, _ meters: HTTPMeters? = nil) { (self.limits, self.meters) = (limits, meters) }

    /// Counts a connection until it closes.
    func admit(_ channel: any Channel, isSocketFile: Bool) -> Admission {
        let key = ObjectIdentifier(channel)
        channel.closeFuture.whenComplete { [self] _ in
            open.withLock { open in
                open.channels[key] = nil
                open.reserved.remove(key)
                open.operators[key] = nil
            }
        }
        return open.withLock { open in
            open.channels[key] = channel
            if open.channels.count > limits.connections {
                meters?.rejected("connections")
                return .refused
            }
            if isSocketFile || open.channels.count <= limits.connections - limits.reserved { return .full }
            open.reserved.insert(key)
            return .reserved
        }
    }

    /// Number of open connections.
    var count: Int { open.withLock { $0.channels.count } }

    /// Closes every connection, whatever it is doing, and returns when all are closed.
    func closeAll() async {
        for channel in open.withLock({ Array($0.channels.values) }) {
            // ignored: a connection that has closed meanwhile
            try? await channel.close()
        }
    }

    /// Remembers that an operator is at the other end of an admitted connection.
    func note(operator name: String, _ channel: any Channel) {
        open.withLock { open in
            let key = ObjectIdentifier(channel)
            if open.channels[key] != nil { open.operators[key] = name }
        }
    }

    /// Returns the name of the operator at the other end; nil for every other peer.
    func operatorName(_ channel: any Channel) -> String? {
        open.withLock { $0.operators.isEmpty ? nil : $0.operators[ObjectIdentifier(channel)] }
    }

    /// True for a connection that may ask for health alone.
    func isReserved(_ channel: any Channel) -> Bool {
        open.withLock { !$0.reserved.isEmpty && $0.reserved.contains(ObjectIdentifier(channel)) }
    }
}
