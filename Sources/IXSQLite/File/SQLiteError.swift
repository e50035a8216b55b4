import GRDB
import IXCore
import IXStore

extension StoreError {
    /// Translates SQLite's failure into the store's error for `operation`.
    init(_ error: any Error, operation: String) {
        guard let failure = error as? DatabaseError else {
            self = error as? StoreError ?? StoreError(.internal, operation: operation, message: "\(error)")
            return
        }
        self.init(
            Self.code(of: failure), operation: operation, message: Self.message(of: failure),
            storeCode: "\(failure.extendedResultCode)")
        // A single daemon holds the file, so a failure for one process is a failure for all.
        isForEveryone = true
    }

    private static func code(of failure: DatabaseError) -> Code {
        switch failure.resultCode {
        case .SQLITE_FULL: .full
        // The log's index can't grow: SQLite's error when the disk is full at that moment.
        case .SQLITE_IOERR where failure.extendedResultCode == .SQLITE_IOERR_SHMSIZE: .full
        case .SQLITE_IOERR, .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL: .unavailable
        case .SQLITE_INTERRUPT: .deadlineExceeded
        case .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_AUTH: .permission
        case .SQLITE_CONSTRAINT: .invalidInput(refusal(of: failure))
        case .SQLITE_TOOBIG: .invalidInput(InvalidInput("request", "exceeds SQLite's limit for one value"))
        default: .internal
        }
    }

    private static func message(of failure: DatabaseError) -> String {
        let said = failure.message ?? "\(failure.resultCode)"
        return switch failure.resultCode {
        case .SQLITE_FULL: "no space is left on the file's disk"
        case .SQLITE_BUSY: "another process keeps the file locked"
        case .SQLITE_INTERRUPT: "the call took longer than [sqlite] call_timeout_seconds"
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: "the file is damaged, or is not an SQLite database: \(said)"
        case .SQLITE_CONSTRAINT: refusal(of: failure).description
        default: said
        }
    }

    /// Splits a refusal `field: reason` of a guard or check; a check's name follows SQLite's own words.
    private static func refusal(of failure: DatabaseError) -> InvalidInput {
        var said = failure.message ?? "refused"
        let prefix = "CHECK constraint failed: "
        if said.hasPrefix(prefix) { said.removeFirst(prefix.count) }
        let parts = said.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { return InvalidInput("job", said) }
        return InvalidInput(String(parts[0]), String(parts[1].drop { $0 == " " }))
    }
}
