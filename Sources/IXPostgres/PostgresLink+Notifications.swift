import CLibPQ
import Glibc

extension PostgresLink {
    /// Waits for bytes from the server or a write to `other`; false when neither came by the deadline.
    func waitForInput(or other: Int32, until deadline: Deadline) -> Bool {
        var descriptors = [
            pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0),
            pollfd(fd: other, events: Int16(POLLIN), revents: 0),
        ]
        return poll(&descriptors, 2, deadline.milliseconds) != 0
    }

    /// Whether the backend is another than the one that answered the connection: PgBouncer makes its numbers up.
    func isPooled(by deadline: Deadline) throws(PostgresError) -> Bool {
        try script("SELECT pg_backend_pid()", by: deadline).first?.text(at: 0) != "\(PQbackendPID(handle))"
    }

    /// Takes what has arrived: what each notification said, by channel.
    func takeNotifications() throws(PostgresError) -> [String: [String]] {
        guard PQconsumeInput(handle) == 1 else { throw failure() }
        var said: [String: [String]] = [:]
        while let notification = PQnotifies(handle) {
            said[String(cString: notification.pointee.relname), default: []]
                .append(String(cString: notification.pointee.extra))
            PQfreemem(notification)
        }
        return said
    }
}
