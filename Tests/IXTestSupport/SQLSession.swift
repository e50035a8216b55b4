import CLibPQ
import Dispatch
import Glibc
import IXConcurrency
import IXStore

/// An error of the server.
package struct SQLFailure: Error, CustomStringConvertible, Sendable {
    /// The SQLSTATE, 5 characters.
    package let state: String
    /// The server's message.
    package let message: String

    /// Message and SQLSTATE.
    package var description: String { "\(message) (\(state))" }
}

/// A foreign client: one connection which runs any SQL and doesn't use the store.
package actor SQLSession {
    private let executor = DispatchQueueExecutor(label: "ix.test.sql")
    private let url: String
    private let handle: ConnectionHandle

    /// A serial Dispatch queue of the session, because libpq's calls block.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Creates a session; the first statement connects.
    package init(_ url: String) {
        self.url = url
        handle = ConnectionHandle()
    }

    /// Runs a statement, or several without parameters. Returns rows as text. Connects again after a lost connection.
    @discardableResult
    package func sql(_ statement: String, _ parameters: [String?] = []) throws -> [[String?]] {
        let connection = try handle.connected(to: url)
        let copies = parameters.map { $0.map { strdup($0)! } }
        defer { copies.forEach { free($0) } }
        let values = copies.map { $0.map { UnsafePointer($0) } }
        let result =
            parameters.isEmpty
            ? PQexec(connection, statement)
            : PQexecParams(connection, statement, Int32(values.count), nil, values, nil, nil, 0)
        guard let result else { throw TestFailure(String(cString: PQerrorMessage(connection))) }
        defer { PQclear(result) }
        return try Self.rows(result)
    }

    /// Closes the connection; a later statement connects again.
    package func close() { handle.close() }

    private static func rows(_ result: OpaquePointer) throws -> [[String?]] {
        guard [PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY].contains(PQresultStatus(result)) else {
            let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) } ?? ""
            let text = PQresultErrorField(result, Int32(UInt8(ascii: "M"))).map { String(cString: $0) }
            throw SQLFailure(state: state, message: text ?? String(cString: PQresultErrorMessage(result)))
        }
        return (0..<PQntuples(result)).map { row in
            (0..<PQnfields(result)).map { column in
                PQgetisnull(result, row, column) == 1 ? nil : String(cString: PQgetvalue(result, row, column))
            }
        }
    }
}

/// Owns the connection. Concurrency: used only on the session's queue.
private final class ConnectionHandle {
    private var connection: OpaquePointer?

    deinit { close() }

    func connected(to url: String) throws -> OpaquePointer {
        if let connection, PQstatus(connection) == CONNECTION_OK { return connection }
        close()
        let fresh = PQconnectdb(url)
        guard PQstatus(fresh) == CONNECTION_OK, let fresh else {
            defer { PQfinish(fresh) }
            throw TestFailure(String(cString: PQerrorMessage(fresh)))
        }
        // Notices are dropped, and no statement may take longer than 60 s.
        PQsetNoticeReceiver(fresh, { _, _ in }, nil)
        PQclear(PQexec(fresh, "SET statement_timeout = '60s'"))
        connection = fresh
        return fresh
    }

    func close() {
        if let connection { PQfinish(connection) }
        connection = nil
    }
}
