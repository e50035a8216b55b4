import CLibPQ
import Glibc

extension PostgresLink {
    /// Waits for bytes from the server or a write to `other`; returns false when neither arrived by the deadline.
    func waitForInput(or other: Int32, until deadline: Deadline) -> Bool {
        var descriptors = [
            pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0),
            pollfd(fd: other, events: Int16(POLLIN), revents: 0),
        ]
        return poll(&descriptors, 2, deadline.milliseconds) != 0
    }

    /// Returns true when the backend differs from the backend that answered the connection, because PgBouncer invents
    /// the process id.
    func isPooled(by deadline: Deadline) throws(PostgresError) -> Bool {
        try script("SELECT pg_backend_pid()", by: deadline).first?.text(at: 0) != "\(PQbackendPID(handle))"
    }

    /// Takes the notifications that have arrived: their payloads by channel.
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
