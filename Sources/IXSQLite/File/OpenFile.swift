import CSQLiteSQL
import GRDB
import Glibc
import IXStore

/// `OpenFile` is the file while open, with a connection that writes and several connections that read.
final class OpenFile: Sendable {
    let file: SQLiteFile
    let pool: DatabasePool
    let lines = LineRing()
    private let identity: FileIdentity?

    init(_ file: SQLiteFile, readers: Int, callTimeout: Duration) throws(StoreError) {
        try file.prepare()
        self.file = file
        do {
            pool = try CallDeadline.within(callTimeout) {
                try Self.openWhenFree(file.path, readers, within: callTimeout)
            }
            identity = file.identity
            try CallDeadline.within(max(callTimeout, .seconds(30))) { try SQLiteMigration.up(pool) }
        } catch {
            throw StoreError(error, operation: "open").ofFileSystem(file).naming(file)
        }
    }

    /// True while the path leads to the opened file. A writer to a removed or replaced file would acknowledge jobs that
    /// no daemon will find.
    var isUnmoved: Bool { identity != nil && file.identity == identity }

    /// Of two processes which switch a new file to its log at the same time, the later gets SQLITE_BUSY without a wait,
    /// and tries again.
    private static func openWhenFree(_ path: String, _ readers: Int, within limit: Duration) throws -> DatabasePool {
        let end = ContinuousClock.now + limit
        while true {
            do { return try open(path, readers) } catch let error as DatabaseError
                where error.resultCode == .SQLITE_BUSY && ContinuousClock.now < end
            {
                usleep(pause)
            }
        }
    }

    private static let pause: UInt32 = 5000

    private static func open(_ path: String, _ readers: Int) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.label = "ix.sqlite"
        configuration.maximumReaderCount = readers
        configuration.busyMode = .immediateError  // the deadline's handler takes its place
        configuration.prepareDatabase { db in
            CallDeadline.bind(db)
            try db.execute(sql: "PRAGMA cell_size_check = ON")
        }
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.writeWithoutTransaction { db in
            // FULL is set after the switch to WAL, because GRDB sets NORMAL with the switch. Under NORMAL a commit
            // would not survive a power cut.
            try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864")
        }
        return pool
    }
}

extension StoreError {
    /// SQLITE_IOERR, the lowest byte of every input/output error code.
    private static let inputOutput: Int32 = 10

    /// Returns an error that names the file system when the file system lacks a needed feature or fails. Waiting
    /// doesn't help, so such an error ends the start.
    fileprivate func ofFileSystem(_ file: SQLiteFile) -> StoreError {
        switch storeCode {
        case "\(ResultCode.SQLITE_IOERR_SHMMAP)", "\(ResultCode.SQLITE_IOERR_SHMLOCK)":
            StoreError(
                .misplaced, operation: operation,
                message: "the index of \(file.path)'s log can't be kept in shared memory on this file system "
                    + "(\(file.fileSystem)): set [sqlite] path to a local disk, or use PostgreSQL",
                storeCode: storeCode)
        case let said
        where code == .unavailable && Int32(said.prefix { $0.isNumber }).map { $0 & 0xFF } == Self.inputOutput:
            StoreError(
                .fileSystem, operation: operation,
                message:
                    "\(file.path) can't be read or written (\(message)): its file system (\(file.fileSystem)) has a "
                    + "fault, or a quota or a limit on files is reached",
                storeCode: storeCode)
        default: self
        }
    }

    /// Returns the error with the file's path in the message, unless the message already contains the path.
    func naming(_ file: SQLiteFile) -> StoreError {
        if refusedInput != nil { return self }
        guard !message.contains(file.path) else { return self }
        return StoreError(code, operation: operation, message: "\(file.path): \(message)", storeCode: storeCode)
    }
}

/// The SQLite library of the embedded store.
package enum SQLiteLibrary {
    /// The version of SQLite that this process runs with.
    package static let version = String(cString: ix_sqlite_version())
}
