public import IXCore

/// What a store operation can fail with. `description` is safe for users, `debugDescription` complete.
public struct StoreError: Error, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    public enum Code: Sendable, Equatable {
        /// The server is away, shutting down, read-only or full of clients.
        case unavailable
        /// The call's deadline passed; whether it was carried out is not known.
        case deadlineExceeded
        /// A deadlock or serialization failure; nothing was written.
        case conflict
        /// The server has no room left.
        case full
        /// Input that the store refuses; nothing was written.
        case invalidInput(InvalidInput)
        /// A stored document that can't be handed out.
        case unreadable
        /// The schema is missing, too old or too new.
        case schema
        case permission
        /// A pooler before the server can't do what the configuration asks for; nothing was written. No job's fault, so a
        /// job's end is tried again; a start is given up.
        case misconfigured
        /// Somebody else holds what only one may hold; the message says who.
        case inUse
        /// The embedded file lies where it can't be kept.
        case misplaced
        /// The file system under the embedded file fails while the file is opened: a quota, a broken disk. A start is given up.
        case fileSystem
        /// Workers run jobs in it that would have to be away; nothing was written.
        case busy
        /// Another transaction holds a row that the call needs; nothing was written.
        case locked
        /// Anything else: a fault of ours or of the schema.
        case fault
    }

    public let code: Code
    public let operation: String
    public let message: String
    /// The store's own code (an SQLSTATE), empty when there is none.
    public let storeCode: String
    public let isTransient: Bool
    /// Whether it shows that no daemon can use the store now: the server is down or starting, not only out of reach.
    public var isForEveryone = false

    public init(_ code: Code, operation: String, message: String, storeCode: String = "") {
        self.code = code
        self.operation = operation
        self.message = message
        self.storeCode = storeCode
        switch code {
        case .unavailable, .deadlineExceeded, .conflict, .full, .misconfigured, .fileSystem, .busy, .locked:
            isTransient = true
        default: isTransient = false
        }
    }

    /// Whether it speaks of the document that was to be written, which the store will refuse every time. All other errors
    /// pass, or are mended by an operator.
    public var isOfDocument: Bool {
        switch code {
        case .invalidInput, .unreadable: true
        default: false
        }
    }

    /// Whether the server refused the account or knows no such database: a first start's address that can't work, or a change
    /// under way.
    public var isRefusal: Bool { storeCode.hasPrefix("28") || storeCode == "3D000" }

    /// Whether the store serves no call at all for now, rather than this one.
    public var isOutage: Bool { isTransient && code != .locked }

    public var description: String {
        if case .invalidInput(let input) = code { return input.description }
        return message
    }

    public var debugDescription: String {
        "\(operation): \(message)" + (storeCode.isEmpty ? "" : " (\(storeCode))")
    }
}
