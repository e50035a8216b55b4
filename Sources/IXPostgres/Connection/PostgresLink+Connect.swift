import CLibPQ
import Glibc
import IXCore

extension PostgresLink {
    /// Connects. The parameters' time limit holds for each host of the address, so that a silent host doesn't keep the
    /// next host from being tried.
    ///
    /// libpq stops at a host that accepts the connection and closes it without a message, as a proxy does whose server
    /// is gone. This function then goes on to the next host.
    static func connect(_ parameters: ConnectionParameters) throws(PostgresError) -> PostgresLink {
        try ThreadUser.with(parameters.user) { () throws(PostgresError) in try connectHosts(parameters) }
    }

    private static func connectHosts(_ parameters: ConnectionParameters) throws(PostgresError) -> PostgresLink {
        var narrowed: [(String, String)] = []
        while true {
            let link = try begin(parameters.keywords() + narrowed, parameters)
            let failure: PostgresError
            do {
                try link.complete(within: parameters.connectTimeout)
                return link
            } catch { failure = error }
            // A server's FATAL message, such as a wrong password or name, holds for every host.
            guard !failure.message.contains("FATAL:"), let rest = HostList(link.handle).rest else { throw failure }
            narrowed = rest
        }
    }

    /// Begins to connect; blocks only while names are resolved.
    static func start(_ pairs: [(String, String)]) -> OpaquePointer? {
        let keys = pairs.map { strdup($0.0) }
        let values = pairs.map { strdup($0.1) }
        defer { (keys + values).forEach { free($0) } }
        return (keys.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { keys in
            (values.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { values in
                PQconnectStartParams(keys.baseAddress, values.baseAddress, 1)
            }
        }
    }

    /// libpq's single-call connect would print the server's notices on standard error.
    private static func begin(
        _ pairs: [(String, String)], _ parameters: ConnectionParameters
    ) throws(PostgresError) -> PostgresLink {
        guard let handle = start(pairs) else { throw PostgresError(kind: .connection, message: "out of memory") }
        // Verbose messages contain the server's codes, which `ConnectFailure` extracts.
        PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
        return PostgresLink(
            handle: handle, isPrepared: parameters.isPrepared, notices: NoticeReceiver(handle, parameters.onNotice))
    }

    private func complete(within limit: Duration) throws(PostgresError) {
        if !dialled(within: limit) {
            // Only a blocking call of libpq, such as PQreset, goes on to a name's next address when a time limit ends.
            guard HostList(handle).rest == nil, hasOtherAddresses else { throw timedOut() }
            PQreset(handle)
        }
        guard PQstatus(handle) == CONNECTION_OK, PQsetnonblocking(handle, 1) == 0 else { throw notConnected() }
        PQsetErrorVerbosity(handle, PQERRORS_DEFAULT)
    }

    private func notConnected() -> PostgresError {
        let failure = ConnectFailure(String(cString: PQerrorMessage(handle)))
        return PostgresError(
            kind: .connection, message: withoutSecrets(failure.message), connectState: failure.sqlState)
    }

    /// Drives the connection until it succeeds or fails; returns false when an address took longer than `limit`.
    private func dialled(within limit: Duration) -> Bool {
        guard PQstatus(handle) != CONNECTION_BAD else { return true }
        var (events, target, deadline) = (Int16(POLLOUT), self.target, Deadline(after: limit))
        while true {
            var descriptor = pollfd(fd: PQsocket(handle), events: events, revents: 0)
            let ready = poll(&descriptor, 1, deadline.milliseconds)
            if ready < 0 && errno == EINTR { continue }
            guard ready > 0 else { return false }
            switch PQconnectPoll(handle) {
            case PGRES_POLLING_READING: events = Int16(POLLIN)
            case PGRES_POLLING_WRITING: events = Int16(POLLOUT)
            default: return true
            }
            guard self.target != target else { continue }
            (target, deadline) = (self.target, Deadline(after: limit))
        }
    }

    /// The address under trial: host, host address and port.
    private var target: [String] {
        [PQhost(handle), PQhostaddr(handle), PQport(handle)].map { $0.map { String(cString: $0) } ?? "" }
    }

    private var hasOtherAddresses: Bool {
        var found: UnsafeMutablePointer<addrinfo>?
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        guard target[0].first != "/", getaddrinfo(target[0], nil, &hints, &found) == 0 else { return false }
        defer { freeaddrinfo(found) }
        return found?.pointee.ai_next != nil
    }

    private func timedOut() -> PostgresError {
        let (host, address, port) = (target[0], target[1], target[2])
        let name = address.isEmpty || address == host ? "\"\(host)\"" : "\"\(host)\" (\(address))"
        return PostgresError(
            kind: .connection, message: "connection to server at \(name), port \(port) failed: timeout expired")
    }
}
