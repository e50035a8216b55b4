package import IXCore

/// The error of a store operation. `description` is safe for users; `debugDescription` is complete.
package struct StoreError: Error, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The cause, as far as a caller can act on it.
    package enum Code: Sendable, Equatable {
        /// The server is down, shutting down, read-only or out of connections; or the store was closed.
        case unavailable
        /// The call's deadline passed; the operation may or may not have been carried out.
        case deadlineExceeded
        /// A deadlock or serialization failure; nothing was written.
        case conflict
        /// The server or the disk has no space, memory or quota left.
        case full
        /// The client has as many waiting jobs as its queue allows; nothing was written.
        case queueFull
        /// The store refuses the input; nothing was written.
        case invalidInput(InvalidInput)
        /// A stored document can't be written out as text.
        case unreadable
        /// The schema is missing, too old or too new.
        case schema
        /// The user lacks a privilege on the database or the file, or the login was refused.
        case permission
        /// A pooler in front of the server doesn't support what the configuration asks for, or the address can't be
        /// read; nothing was written. No job is at fault, so the engine repeats a job's end, while the daemon gives up
        /// its start.
        case misconfigured
        /// Another process holds what only one process may hold; the message names the holder.
        case inUse
        /// The path of the embedded file names no regular file, or lies on a network or shared file system, where locks
        /// don't hold.
        case misplaced
        /// The file system under the embedded file fails while the file is opened: a quota, a broken disk. A start is given up.
        case fileSystem
        /// Workers run jobs in it that would have to be away; nothing was written.
        case busy
        /// Another transaction holds a row that the call needs; nothing was written.
        case locked
        /// Any other error: a defect of ix-worker or of the schema.
        case `internal`

        /// The code as a word, without what a case carries.
        package var word: String {
            switch self {
            case .invalidInput: "invalid_input"
            case .deadlineExceeded: "deadline"
            case .fileSystem: "file_system"
            case .inUse: "in_use"
            case .queueFull: "queue_full"
            default: "\(self)"
            }
        }
    }

    /// The cause.
    package let code: Code
    /// Name of the statement or operation that failed, as in the SQL files.
    package let operation: String
    /// The message for users.
    package let message: String
    /// The database's own code (an SQLSTATE); empty when there is none.
    package let storeCode: String
    /// True when the same call may succeed later.
    package let isTransient: Bool
    /// True when the error shows that no daemon can use the store now: the server is down or starting, not just
    /// unreachable from here.
    package var isForEveryone = false

    /// Creates an error; `isTransient` follows from `code`.
    package init(_ code: Code, operation: String, message: String, storeCode: String = "") {
        self.code = code
        self.operation = operation
        self.message = message
        self.storeCode = storeCode
        switch code {
        case .unavailable, .deadlineExceeded, .conflict, .full, .misconfigured, .fileSystem, .busy, .locked, .queueFull:
            isTransient = true
        default: isTransient = false
        }
    }

    /// True when the error concerns the document to be written, which the store will refuse every time. All other
    /// errors pass with time or are corrected by an operator.
    package var isOfDocument: Bool {
        switch code {
        case .invalidInput, .unreadable: true
        default: false
        }
    }

    /// True when the server refused the account or knows no such database: the first start has a wrong address, or an
    /// operator is changing the database.
    package var isRefusal: Bool { storeCode.hasPrefix("28") || storeCode == "3D000" }

    /// True when the store currently serves no call at all; false when only one call failed.
    package var isOutage: Bool { isTransient && code != .locked && code != .queueFull }

    /// The message for users; for invalid input, with the name of the field.
    package var description: String {
        if case .invalidInput(let input) = code { return input.description }
        return message
    }

    /// The operation, the message and the database's code, for logs.
    package var debugDescription: String {
        "\(operation): \(message)" + (storeCode.isEmpty ? "" : " (\(storeCode))")
    }
}

extension StoreError {
    /// The refusal as that of an input, for calls that answer for each job; nil for any other error.
    package var refusedInput: InvalidInput? {
        switch code {
        case .invalidInput(let input): input
        case .queueFull: InvalidInput("client_id", String(message.drop { $0 != ":" }.dropFirst(2)))
        default: nil
        }
    }

    /// The refusal of a token under a name that another token has.
    package static let nameTaken = StoreError(
        .invalidInput(InvalidInput("name", "is another token's")), operation: "insert_token",
        message: "name: is another token's")
}
