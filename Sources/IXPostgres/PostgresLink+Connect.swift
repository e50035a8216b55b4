import CLibPQ
import Glibc

extension PostgresLink {
    /// Connects within the parameters' own time limit, however many hosts the address names.
    static func connect(_ parameters: ConnectionParameters) throws(PostgresError) -> PostgresLink {
        let pairs = parameters.keywords
        let keys = pairs.map { strdup($0.0) }
        let values = pairs.map { strdup($0.1) }
        defer { (keys + values).forEach { free($0) } }
        let handle = (keys.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { keys in
            (values.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { values in
                PQconnectStartParams(keys.baseAddress, values.baseAddress, 1)
            }
        }
        guard let handle else { throw PostgresError(kind: .connection, message: "out of memory") }
        let link = PostgresLink(handle: handle, isPrepared: parameters.isPrepared)
        // libpq prints notices on stderr; nothing of ours asks for them.
        PQsetNoticeReceiver(handle, { _, _ in }, nil)
        try link.finishConnecting(by: Deadline(after: parameters.connectTimeout))
        guard PQsetnonblocking(handle, 1) == 0 else { throw link.failure() }
        return link
    }

    private func finishConnecting(by deadline: Deadline) throws(PostgresError) {
        guard PQstatus(handle) != CONNECTION_BAD else { throw failure() }
        var wanted = PGRES_POLLING_WRITING
        while true {
            try awaitSocket(wanted, by: deadline)
            wanted = PQconnectPoll(handle)
            switch wanted {
            case PGRES_POLLING_OK: return
            case PGRES_POLLING_FAILED: throw failure()
            default: continue
            }
        }
    }

    private func awaitSocket(_ wanted: PostgresPollingStatusType, by deadline: Deadline) throws(PostgresError) {
        let events = wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT
        var descriptor = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
        while true {
            let ready = poll(&descriptor, 1, deadline.milliseconds)
            if ready > 0 { return }
            if ready == 0 {
                throw PostgresError(kind: .connection, message: "the database did not accept a connection in time")
            }
            guard errno == EINTR else { throw failure() }
        }
    }
}
