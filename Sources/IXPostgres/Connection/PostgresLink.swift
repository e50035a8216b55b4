import CLibPQ
import Glibc
import IXCore

/// A libpq connection that never blocks past a deadline.
///
/// Concurrency: not Sendable. The link belongs to an actor on a queue of its own, and every wait is a poll(2) on that
/// queue.
final class PostgresLink {
    /// A statement and its parameters.
    struct Call {
        let statement: Statement
        let parameters: Parameters

        init(_ statement: Statement, _ parameters: Parameters) {
            self.statement = statement
            self.parameters = parameters
        }

        init(_ statement: Statement, _ texts: [String?] = []) { self.init(statement, Parameters(texts)) }
    }

    let handle: OpaquePointer
    let isPrepared: Bool
    private let notices: NoticeReceiver
    private var prepared: Set<Statement> = []
    /// The time without an answer before a call is checked, and between two checks.
    static let silence = Duration.milliseconds(500)

    /// Cancels the call of the given server process when the call waits for a lock, and returns true then. Nil: no call
    /// is checked.
    var interruptBlocked: (@Sendable (Int32) -> Bool)?
    private var isInterrupted = false
    /// The number of times that the statements were forgotten.
    private var generation = 0

    init(handle: OpaquePointer, isPrepared: Bool, notices: NoticeReceiver) {
        self.handle = handle
        self.notices = notices
        self.isPrepared = isPrepared
    }

    deinit { PQfinish(handle) }

    /// True for a connection that no later call may use.
    private var isRetired = false
    /// The last look at how far the server is, on a connection to a standby.
    var standing: ServerStanding?

    /// Ends the connection behind the call under way.
    func retire() { isRetired = true }

    /// True when the next call may use this connection: connected, outside a transaction, and with no call under way.
    var isReusable: Bool {
        !isRetired && PQstatus(handle) == CONNECTION_OK && PQtransactionStatus(handle) == PQTRANS_IDLE
            && PQpipelineStatus(handle) == PQ_PIPELINE_OFF
    }

    /// Runs a statement.
    func run(_ call: Call, by deadline: Deadline) throws(PostgresError) -> PostgresRows {
        isInterrupted = false
        try prepare(call.statement, by: deadline)
        try send(call)
        return try lastResult(by: deadline)
    }

    func run(_ statement: Statement, _ parameters: [String?] = [], by deadline: Deadline) throws(PostgresError)
        -> PostgresRows
    {
        try run(Call(statement, parameters), by: deadline)
    }

    /// Runs several statements in one round trip and one transaction: either all take effect, or none.
    func pipeline(_ calls: [Call], by deadline: Deadline) throws(PostgresError) -> [PostgresRows] {
        isInterrupted = false
        for call in calls {
            do { try prepare(call.statement, by: deadline) } catch { throw error.at(call.statement) }
        }
        guard PQenterPipelineMode(handle) == 1 else { throw failure() }
        for call in calls { try send(call) }
        guard PQpipelineSync(handle) == 1 else { throw failure() }
        var rows: [PostgresRows] = []
        var refusal: PostgresError?
        for call in calls {
            do throws(PostgresError) {
                switch try pipelinedResult(by: deadline) {
                case .success(let result): rows.append(result)
                case .failure(let error): refusal = refusal ?? error.at(call.statement)
                }
            } catch { throw error.at(call.statement) }
        }
        try awaitSync(by: deadline)
        guard PQexitPipelineMode(handle) == 1 else { throw failure() }
        if let refusal { throw refusal }
        return rows
    }

    /// Runs SQL without parameters, which may hold several statements; returns the rows of the last.
    @discardableResult
    func script(_ sql: String, by deadline: Deadline) throws(PostgresError) -> PostgresRows {
        isInterrupted = false
        guard PQsendQuery(handle, sql) == 1 else { throw failure() }
        return try lastResult(by: deadline)
    }

    /// Runs a caller's own statement with parameters, unnamed.
    func query(_ sql: String, _ parameters: [String?], by deadline: Deadline) throws(PostgresError) -> PostgresRows {
        isInterrupted = false
        try sending(Parameters(parameters)) { count, values, lengths, formats in
            PQsendQueryParams(handle, sql, count, nil, values, lengths, formats, 0)
        }
        return try lastResult(by: deadline)
    }

    private func prepare(_ statement: Statement, by deadline: Deadline) throws(PostgresError) {
        guard isPrepared, statement.isKept, !prepared.contains(statement) else { return }
        guard PQsendPrepare(handle, name(of: statement), statement.sql, 0, nil) == 1 else { throw failure() }
        _ = try lastResult(by: deadline)
        prepared.insert(statement)
    }

    /// Prepares each statement again at its next use, under a new name. The server keeps the old statements until the
    /// connection ends, so forgetting costs no round trip.
    func forgetStatements() {
        prepared = []
        generation += 1
    }

    private func name(of statement: Statement) -> String {
        generation == 0 ? statement.rawValue : "\(statement.rawValue)_\(generation)"
    }

    private func send(_ call: Call) throws(PostgresError) {
        let form: Int32 = call.statement.answersInBinary ? 1 : 0
        try sending(call.parameters) { count, values, lengths, formats in
            isPrepared && call.statement.isKept
                ? PQsendQueryPrepared(handle, name(of: call.statement), count, values, lengths, formats, form)
                : PQsendQueryParams(handle, call.statement.sql, count, nil, values, lengths, formats, form)
        }
    }

    private func sending(
        _ parameters: Parameters,
        _ send: (
            Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) -> Int32
    ) throws(PostgresError) {
        guard parameters.withPointers(send) == 1 else { throw failure() }
    }

    // MARK: Results

    /// Reads all results of the statement; returns the last result, or throws the first error.
    private func lastResult(by deadline: Deadline) throws(PostgresError) -> PostgresRows {
        try flush(by: deadline)
        var last: PostgresRows?
        var refusal: PostgresError?
        while let result = try nextResult(by: deadline) {
            switch checked(result) {
            case .success(let rows): last = rows
            case .failure(let error): refusal = refusal ?? error
            }
        }
        if let refusal { throw refusal }
        guard let last else { throw failure() }
        return last
    }

    private func pipelinedResult(by deadline: Deadline) throws(PostgresError) -> Result<PostgresRows, PostgresError> {
        try flush(by: deadline)
        guard let result = try nextResult(by: deadline) else { throw failure() }
        let outcome = checked(result)
        while let extra = try nextResult(by: deadline) { PQclear(extra) }
        return outcome
    }

    private func awaitSync(by deadline: Deadline) throws(PostgresError) {
        guard let result = try nextResult(by: deadline) else { throw failure() }
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_PIPELINE_SYNC else { throw failure() }
    }

    private func checked(_ result: OpaquePointer) -> Result<PostgresRows, PostgresError> {
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
            return .success(PostgresRows(result))
        case PGRES_PIPELINE_ABORTED:
            PQclear(result)
            return .failure(PostgresError(kind: .server(sqlState: "25P02"), message: "an earlier statement failed"))
        default:
            defer { PQclear(result) }
            let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) } ?? ""
            let text = PQresultErrorField(result, Int32(UInt8(ascii: "M"))).map { String(cString: $0) }
            if isInterrupted, state == "57014" { return .failure(.locked) }
            guard !state.isEmpty, let text else { return .failure(failure()) }
            return .failure(PostgresError(kind: .server(sqlState: state), message: PrintedURL.withoutUsers(text)))
        }
    }

    private func nextResult(by deadline: Deadline) throws(PostgresError) -> OpaquePointer? {
        while PQisBusy(handle) == 1 {
            try wait(for: Int16(POLLIN), by: deadline)
            guard PQconsumeInput(handle) == 1 else { throw failure() }
        }
        return PQgetResult(handle)
    }

    private func flush(by deadline: Deadline) throws(PostgresError) {
        while true {
            switch PQflush(handle) {
            case 0: return
            case 1:
                try wait(for: Int16(POLLIN | POLLOUT), by: deadline)
                guard PQconsumeInput(handle) == 1 else { throw failure() }
            default: throw failure()
            }
        }
    }

    // MARK: Waiting

    private func wait(for events: Int16, by deadline: Deadline) throws(PostgresError) {
        var descriptor = pollfd(fd: PQsocket(handle), events: events, revents: 0)
        while true {
            let next = interruptBlocked == nil ? deadline : min(deadline, Deadline(after: Self.silence))
            let ready = poll(&descriptor, 1, next.milliseconds)
            if ready > 0 { return }
            if ready == 0, deadline.isOver {
                throw PostgresError(kind: .deadline, message: "the database did not answer in time")
            }
            if ready == 0 { look() } else if errno != EINTR { throw failure() }
        }
    }

    /// Lets the lock watch look at the call under way, which has no answer yet.
    private func look() {
        guard !isInterrupted, let interruptBlocked else { return }
        isInterrupted = interruptBlocked(PQbackendPID(handle))
    }

    func failure() -> PostgresError {
        let text = String(cString: PQerrorMessage(handle)).split(separator: "\n").joined(separator: " ")
        return PostgresError(
            kind: .connection, message: text.isEmpty ? "the connection to the database broke" : withoutSecrets(text))
    }

    /// Returns the text without the password and the user of a URL, because messages of libpq and servers may quote the
    /// address.
    func withoutSecrets(_ text: String) -> String {
        let password = PQpass(handle).map { String(cString: $0) } ?? ""
        // A password under 4 characters stays: replacing it would tear other words apart, and no server quotes a
        // password.
        let hidden = password.utf8.count < 4 ? text : text.replacing(password, with: "*****")
        return PrintedURL.withoutUsers(hidden)
    }
}
