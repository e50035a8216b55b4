import Dispatch
import FoundationEssentials
import GRDB
import IXConcurrency
import IXCore
package import IXStore
package import IXTelemetry
import Synchronization

/// The job store in a single file, without a server.
///
/// Guarantees: a write that a call reported survives a crash and a power cut, because the log is synced at every
/// commit. Any number of processes may insert and read; after `hold` only this process runs jobs.
/// Concurrency: a single writer at a time, across all processes; readers don't wait for writers. A caller on a queue
/// that may block works right there, other callers work on the store's own queues.
package final class SQLiteStore: JobStore {
    private struct State {
        var open: OpenFile?
        var lock: DaemonLock?
        var isClosed = false
    }

    /// The schema version of this program.
    package static var schemaVersion: Int { SQLiteCatalogue.current.newest }
    /// The SQL that creates a new file, for the sqlite3 shell.
    package static var schemaScript: String { SQLiteCatalogue.current.script }

    /// The path of the file, as given.
    package let path: String
    let callTimeout: Duration
    let file: SQLiteFile
    private let state = Mutex(State())
    private let sessions: Pool<DispatchQueueExecutor>
    private let readers: Int
    private let meters: StoreMeters?

    /// Makes a store. The first call opens the file, and creates a missing file. At most `sessions` calls are under way
    /// at a time; further calls wait. `callTimeout` bounds each operation. `meters`
    /// measures the calls.
    package init(path: String, sessions: Int = 4, callTimeout: Duration = .seconds(10), meters: StoreMeters? = nil) {
        self.path = path
        self.meters = meters
        self.callTimeout = callTimeout
        file = SQLiteFile(path: path)
        readers = max(sessions, 2)
        self.sessions = Pool((0..<sessions).map { _ in DispatchQueueExecutor(label: "ix.sqlite.session") })
    }

    /// Runs `body`, each operation in a transaction of its own. Waits for a session first come first served.
    package func perform<Result: Sendable>(
        _ body: @escaping @Sendable (any JobOperations) throws -> Result
    ) async throws(StoreError) -> Result {
        do {
            return try await onSession { [callTimeout, meters] open in
                try body(SQLiteOperations(open, callTimeout, meters: meters))
            }
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.internal, operation: "perform", message: "\(error)")
        }
    }

    /// Runs `body` in a single transaction, which excludes every second writer. Throws when an operation of the body failed,
    /// even if the body caught the error.
    package func transaction<Result: Sendable>(
        _ body: @escaping @Sendable (any JobOperations) throws -> Result
    ) async throws -> Result {
        try await onSession { [callTimeout] open in try SQLiteTransaction(open, callTimeout).run(body) }
    }

    /// The sessions of the store.
    package var connections: ConnectionCounts? { ConnectionCounts(sessions.counts) }

    /// Closes the file and releases the daemon's lock; later calls fail. A call under way ends by itself.
    package func close() async {
        await withCheckedContinuation { continuation in
            DispatchQueueExecutor(label: "ix.sqlite.close").queue.async { [self] in
                let open = state.withLock { state in
                    defer { (state.open, state.lock, state.isClosed) = (nil, nil, true) }
                    return state.open
                }
                // ignored: a connection in use ends with its call
                try? open?.pool.close()
                continuation.resume()
            }
        }
    }

    /// Makes this process the runner of the file's jobs, until the process ends or closes the store. `holder` is the
    /// text that other processes report.
    ///
    /// Checks the file first, however long the check takes. Every job that was running is then an orphan.
    /// Failure: `.inUse` when another process holds the file.
    package func hold(as holder: String) async throws(StoreError) {
        do {
            try await onSession { [self] open in
                guard state.withLock({ $0.lock }) == nil else { return }
                let lock = try DaemonLock(open.file, holder: holder)
                try open.check()
                try SQLiteOperations(open, callTimeout).forgetDaemons()
                state.withLock { $0.lock = lock }
            }
        } catch {
            throw StoreError(error, operation: "hold")
        }
    }

    /// The text of the process that runs the file's jobs; nil without such a process.
    package var holder: String? { DaemonLock.holder(of: file) }

    /// Runs `work` on a queue that may block: the caller's, or a session's.
    func onSession<Value: Sendable>(_ work: @escaping @Sendable (OpenFile) throws -> Value) async throws -> Value {
        if DispatchQueueExecutor.isCurrent { return try work(opened()) }
        return try await sessions.lend { session in
            try await withCheckedThrowingContinuation { continuation in
                session.queue.async { continuation.resume(with: Swift.Result { try work(self.opened()) }) }
            }
        }
    }

    /// Returns the number of due pending jobs, counted up to `limit`. Requires: the caller may block.
    func countDue(limit: Int) throws(StoreError) -> Int {
        try SQLiteOperations(opened(), callTimeout).countDue(limit: limit)
    }

    /// Returns the marks of what a daemon hears of. Requires: the caller may block.
    func marks() throws(StoreError) -> NotifierMarks { try SQLiteOperations(opened(), callTimeout).marks() }

    /// True when a callback is due and no delivery of the callback is under way. Requires: the caller may block.
    func hasDueCallback() throws(StoreError) -> Bool { try SQLiteOperations(opened(), callTimeout).hasDueCallback() }

    private func opened() throws(StoreError) -> OpenFile {
        let result: Swift.Result<OpenFile, StoreError> = state.withLock { state in
            guard !state.isClosed else { return .failure(unavailable("the store is closed")) }
            if let open = state.open { return .success(open) }
            do throws(StoreError) {
                let open = try OpenFile(file, readers: readers, callTimeout: callTimeout)
                state.open = open
                return .success(open)
            } catch {
                return .failure(error)
            }
        }
        let open = try result.get()
        guard open.isUnmoved else {
            throw unavailable(
                "\(path) was moved, removed or replaced while it was open; restart the daemon to open the new file")
        }
        return open
    }

    private func unavailable(_ message: String) -> StoreError {
        StoreError(.unavailable, operation: "open", message: message)
    }
}

extension OpenFile {
    /// Refuses a damaged file before any job is run from the file.
    fileprivate func check() throws {
        let fault = try pool.read { db in try String.fetchOne(db, sql: "PRAGMA quick_check(1)") }
        guard fault == "ok" else {
            throw StoreError(
                .internal, operation: "check",
                message: "\(file.path) is damaged: \(fault ?? "no answer"); see the operations page, `A damaged file`")
        }
    }
}
