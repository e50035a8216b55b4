import CLibPQ
import Dispatch
import Glibc
import IXStore

/// A refusal by the server.
package struct SQLFailure: Error, CustomStringConvertible, Sendable {
    package let state: String
    package let message: String

    package var description: String { "\(message) (\(state))" }
}

/// A foreign client: one connection that runs whatever SQL it is given and knows nothing of the store.
package actor SQLSession {
    private let executor = DispatchQueueExecutor(label: "ix.test.sql")
    private let url: String
    private let handle: ConnectionHandle

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    package init(_ url: String) {
        self.url = url
        handle = ConnectionHandle()
    }

    /// Runs a statement (several, when there are no parameters); rows as text.
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

/// The connection's owner; used on its session's queue only.
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
        // A notice is not a test's business, and nothing may wait for ever.
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
