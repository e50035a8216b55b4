import Dispatch
import FoundationEssentials
import GRDB
import IXCore
public import IXStore
import Synchronization

/// The job store in one file, with no server.
///
/// Guarantees: what a call reported survives a crash and a power cut (the log is synced at every commit). Any number of
/// processes may insert and read; `hold` makes this one the only one that runs jobs.
/// Concurrency: one writes at a time, here and in other processes; readers don't wait for writers. A caller that runs
/// where blocking is allowed works right there, others on one of the store's own queues.
public final class SQLiteStore: JobStore {
    private struct State {
        var open: OpenFile?
        var lock: DaemonLock?
        var isClosed = false
    }

    /// The schema version this program knows.
    public static var schemaVersion: Int { SQLiteMigration.newest }
    /// The SQL that a new file is made with, for the sqlite3 shell.
    public static var schemaScript: String { SQLiteMigration.upScript }

    public let path: String
    let callTimeout: Duration
    let file: SQLiteFile
    private let state = Mutex(State())
    private let sessions: Pool<DispatchQueueExecutor>
    private let readers: Int

    /// Opens the file at the first call, and makes it where none is. `sessions` calls may be under way at a time.
    public init(path: String, sessions: Int = 4, callTimeout: Duration = .seconds(10)) {
        self.path = path
        self.callTimeout = callTimeout
        file = SQLiteFile(path: path)
        readers = max(sessions, 2)
        self.sessions = Pool((0..<sessions).map { _ in DispatchQueueExecutor(label: "ix.sqlite.session") })
    }

    public func perform<Result: Sendable>(
        _ body: @escaping @Sendable (any JobOperations) throws -> Result
    ) async throws(StoreError) -> Result {
        do {
            return try await onSession { [callTimeout] open in try body(SQLiteOperations(open, callTimeout)) }
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.fault, operation: "perform", message: "\(error)")
        }
    }

    public func transaction<Result: Sendable>(
        _ body: @escaping @Sendable (any JobOperations) throws -> Result
    ) async throws -> Result {
        try await onSession { [callTimeout] open in try SQLiteTransaction(open, callTimeout).run(body) }
    }

    public func close() async {
        await withCheckedContinuation { continuation in
            DispatchQueueExecutor(label: "ix.sqlite.close").queue.async { [self] in
                let open = state.withLock { state in
                    defer { (state.open, state.lock, state.isClosed) = (nil, nil, true) }
                    return state.open
                }
                // ignored: a connection that is in use ends with its call
                try? open?.pool.close()
                continuation.resume()
            }
        }
    }

    /// Makes this process the one that runs the file's jobs, until it ends or closes the store; `holder` is what others
    /// are told of it. Looks the file over first, however long that takes. Every job that was running is an orphan.
    /// Throws `.inUse` when another process holds it.
    public func hold(as holder: String) async throws(StoreError) {
        do {
            try await onSession { [self] open in
                guard state.withLock({ $0.lock }) == nil else { return }
                let lock = try DaemonLock(open.file, holder: holder)
                try open.check()
                try SQLiteOperations(open, callTimeout).forgetWorkers()
                state.withLock { $0.lock = lock }
            }
        } catch {
            throw StoreError(error, operation: "hold")
        }
    }

    /// What runs the file's jobs says of itself; nil when nobody does.
    public var holder: String? { DaemonLock.holder(of: file) }

    /// Runs `work` where it may block: right here, or on a session's queue.
    func onSession<Value: Sendable>(_ work: @escaping @Sendable (OpenFile) throws -> Value) async throws -> Value {
        if DispatchQueueExecutor.isCurrent { return try work(opened()) }
        return try await sessions.lend { session in
            try await withCheckedThrowingContinuation { continuation in
                session.queue.async { continuation.resume(with: Swift.Result { try work(self.opened()) }) }
            }
        }
    }

    /// Jobs that wait and may start now, counted up to `limit`; for callers that may block.
    func countDue(limit: Int) throws(StoreError) -> Int {
        try SQLiteOperations(opened(), callTimeout).countDue(limit: limit)
    }

    /// When the cancel of a job that runs was asked for last; for callers that may block.
    func lastCancel() throws(StoreError) -> String? { try SQLiteOperations(opened(), callTimeout).lastCancel() }

    /// Whether a callback is due that nobody has in hand; for callers that may block.
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
        guard open.isInPlace else {
            throw unavailable(
                "\(path) was moved, removed or replaced while it was open; a restart opens what is there now")
        }
        return open
    }

    private func unavailable(_ message: String) -> StoreError {
        StoreError(.unavailable, operation: "open", message: message)
    }
}

extension OpenFile {
    /// Refuses a damaged file before anything is built on it.
    fileprivate func check() throws {
        let fault = try pool.read { db in try String.fetchOne(db, sql: "PRAGMA quick_check(1)") }
        guard fault == "ok" else {
            throw StoreError(
                .fault, operation: "check",
                message: "\(file.path) is damaged: \(fault ?? "no answer"); see the operations page, `A damaged file`")
        }
    }
}
