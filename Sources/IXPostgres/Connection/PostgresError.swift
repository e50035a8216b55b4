import CLibPQ
import IXCore
import IXStore

/// A failure of the connection or an error of the server, before its classification for the store.
struct PostgresError: Error, Sendable, CustomStringConvertible {
    enum Kind: Sendable, Equatable {
        /// The server answered with an error of this SQLSTATE.
        case server(sqlState: String)
        /// The connection could not be made, or broke.
        case connection
        /// The address can't be read: no try will succeed.
        case address
        /// The call's deadline passed.
        case deadline
        /// The call waited for another transaction's lock and was cancelled; nothing was written.
        case locked
    }

    let kind: Kind
    let message: String
    /// The server's code for a connection that it refused; empty when there is none.
    var connectState = ""
    /// The failed statement of several which travelled together; nil for a lone statement, or when unknown.
    var statement: Statement?

    func at(_ statement: Statement) -> PostgresError {
        var error = self
        error.statement = error.statement ?? statement
        return error
    }

    var description: String { message }

    static let locked = PostgresError(kind: .locked, message: "another transaction holds a lock that this call needs")

    func storeError(_ operation: String) -> StoreError {
        var error = classified(operation)
        error.isForEveryone = isForEveryone
        return error
    }

    /// True when no daemon can use the server now. With several hosts, every host must have refused.
    private var isForEveryone: Bool {
        switch kind {
        case .server(let state):
            return ["25006", "42P01", "53100", "57P01", "57P02", "57P03"].contains(state)
        case .deadline, .address, .locked: return false
        case .connection:
            let tries = message.ranges(of: "connection to server").count
            return tries > 0 && Self.down.reduce(0) { $0 + message.ranges(of: $1).count } >= tries
        }
    }

    /// Refusals by a host, or by the system, whose server is down or not yet writable.
    private static let down = [
        "Connection refused", "No such file or directory", "is starting up", "is shutting down", "in recovery mode",
        "not yet accepting connections", "is not accepting connections", "hot standby mode", "session is read-only",
    ]

    private func classified(_ operation: String) -> StoreError {
        let operation = statement?.rawValue ?? operation
        return switch kind {
        case .connection where message.contains("unsupported startup parameter"):
            StoreError(.misconfigured, operation: operation, message: message + Self.poolerHint)
        case .address: StoreError(.misconfigured, operation: operation, message: message)
        case .connection:
            StoreError(.unavailable, operation: operation, message: message, storeCode: connectState)
        case .deadline: StoreError(.deadlineExceeded, operation: operation, message: message)
        case .locked: StoreError(.locked, operation: operation, message: message, storeCode: "57014")
        case .server(let state) where ["26000", "42P05"].contains(state):
            StoreError(.misconfigured, operation: operation, message: message + Self.poolerHint, storeCode: state)
        case .server(let state):
            StoreError(Self.code(state, message), operation: operation, message: message, storeCode: state)
        }
    }

    /// PgBouncer in transaction mode refuses session settings and loses prepared statements.
    private static let poolerHint = "; behind a pooler set [postgres] prepared = false"

    private static func code(_ state: String, _ message: String) -> StoreError.Code {
        switch state {
        case "40001", "40P01": .conflict
        case "25006", "53300", "25P03": .unavailable
        case "55P03": .locked
        case "57014": .deadlineExceeded
        case "42501", "28000", "28P01": .permission
        case "42P01", "42703", "42883", "3F000", "42P16", "42723": .schema
        // A column's type was changed under a prepared statement: nothing was done, and the statement is prepared
        // again.
        case "0A000" where message.contains("cached plan"): .conflict
        // The server's own limit of temporary files has the same state.
        case "53400" where message.hasPrefix("client_id "): .queueFull
        case "53100", "53200", "53400": .full
        default:
            if state.hasPrefix("57P") || state.hasPrefix("08") || state.hasPrefix("53") {
                .unavailable
            } else if state.hasPrefix("22") {
                .invalidInput(invalidInput(message))
            } else if state.hasPrefix("54") {
                .unreadable
            } else {
                .internal
            }
        }
    }

    /// Splits a message `field: reason` of the SQL functions. The server's own messages have no field and become the
    /// request's.
    static func invalidInput(_ message: String) -> InvalidInput {
        let parts = message.split(separator: ":", maxSplits: 1)
        let field = parts.count == 2 ? String(parts[0]) : ""
        let isName = !field.isEmpty && field.allSatisfy { $0.isLetter || $0 == "_" }
        return isName
            ? InvalidInput(field, parts[1].trimmingSpaces)
            : InvalidInput("request", message)
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String { String(drop { $0 == " " }) }
}

/// The libpq that this process runs with.
package enum PostgresLibrary {
    /// The version, as `15.8`.
    package static var version: String {
        let number = PQlibVersion()
        return "\(number / 10_000).\(number % 10_000)"
    }
}
