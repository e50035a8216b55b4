import Glibc
import IXConcurrency
import Synchronization

/// A TCP proxy before a PostgreSQL server. The proxy can stop forwarding, as a half-open connection does.
package final class TCPProxy: Sendable {
    /// Forwarding of the proxy.
    package enum Mode: Sendable {
        case open
        /// Forwards nothing in either direction, and closes nothing.
        case blackHole
        /// Forwards the client's bytes to the server, but drops the server's replies.
        case replyless
    }

    /// The proxy's port on 127.0.0.1.
    package let port: UInt16
    private let upstream: Upstream
    private let listener: Int32
    private let mode = Mutex(Mode.open)
    private let pairs = Mutex<[ObjectIdentifier: ProxiedPair]>([:])

    /// Starts a proxy before the server at `address`.
    package init(to address: ServerAddress) throws {
        upstream = Upstream(host: address["host"] ?? "/var/run/postgresql", port: address["port"] ?? "5432")
        (listener, port) = try Socket.listen()
        DedicatedThread.start { [weak self, listener] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0, let self else { return }
                self.serve(client)
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    /// Sets the mode. A connection which has lost a byte stays lost in every later mode.
    package func become(_ next: Mode) { mode.withLock { $0 = next } }

    /// Ends every open connection, as a crash of the server would.
    package func cut() {
        for pair in pairs.withLock({ Array($0.values) }) { pair.cut() }
    }

    /// The changes to an address which lead through the proxy.
    package var detour: [String: String] {
        ["host": "127.0.0.1", "port": "\(port)", "sslmode": "disable", "gssencmode": "disable"]
    }

    private func serve(_ client: Int32) {
        let server = upstream.connect()
        let pair = ProxiedPair(client: client, server: server)
        pairs.withLock { $0[ObjectIdentifier(pair)] = pair }
        for direction in [ProxiedPair.Direction.toServer, .toClient] {
            DedicatedThread.start { [weak self] in
                pair.pump(direction) { self?.mode.withLock { $0 } ?? .open }
                // The pump to the client ends second, and removes the pair.
                if direction == .toClient {
                    _ = self?.pairs.withLock { $0.removeValue(forKey: ObjectIdentifier(pair)) }
                }
            }
        }
    }
}

/// The two sockets of a client's connection.
private final class ProxiedPair: Sendable {
    enum Direction { case toServer, toClient }

    private let client: Int32
    private let server: Int32
    private let isLost = Mutex(false)

    init(client: Int32, server: Int32) {
        self.client = client
        self.server = server
    }

    deinit {
        close(client)
        close(server)
    }

    func cut() {
        shutdown(client, Int32(SHUT_RDWR))
        shutdown(server, Int32(SHUT_RDWR))
    }

    func pump(_ direction: Direction, mode: () -> TCPProxy.Mode) {
        let (source, target) = direction == .toServer ? (client, server) : (server, client)
        var buffer = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = recv(source, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            guard passes(direction, mode()) else { continue }
            guard send(target, buffer, count, Int32(MSG_NOSIGNAL)) == count else { break }
        }
        // A lost connection is half-open: the other end must not notice the close.
        shutdown(source, Int32(SHUT_RDWR))
        if !isLost.withLock({ $0 }) { shutdown(target, Int32(SHUT_RDWR)) }
    }

    private func passes(_ direction: Direction, _ mode: TCPProxy.Mode) -> Bool {
        isLost.withLock { isLost in
            if mode == .blackHole || (mode == .replyless && direction == .toClient) { isLost = true }
            return !isLost || (mode == .replyless && direction == .toServer)
        }
    }
}
