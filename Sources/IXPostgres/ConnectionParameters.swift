import Glibc
import IXCore

/// How to reach the server: the user's address, and the defaults it may override. Printing it shows no secret.
public struct ConnectionParameters: Sendable {
    public var address: PostgresAddress
    public var applicationName: String
    /// For each host that the address names; libpq takes whole seconds, two at least.
    public var connectTimeout: Duration
    /// For each call; the server is told too, where it takes session settings.
    public var callTimeout: Duration
    /// Named prepared statements and session settings; false behind PgBouncer in transaction mode.
    public var isPrepared: Bool
    /// Looks after calls that wait for another transaction's lock. A daemon has one.
    public var lockWatch: LockWatch?
    /// Whom the connection is made as, by a process of root's; nil: as whom the process runs.
    public var user: UInt32?
    /// What the address doesn't say itself and nobody but libpq shall know.
    public var passwords: PasswordSource
    /// Hears what the server says beside its answers; without one that is dropped.
    public var onNotice: (@Sendable (ServerNotice) -> Void)?

    /// - Parameter url: URL, conninfo, service or empty (libpq's own defaults: PG* variables, passfile).
    public init(
        url: String, applicationName: String, connectTimeout: Duration = .seconds(5),
        callTimeout: Duration = .seconds(10), isPrepared: Bool = true, passwords: PasswordSource = PasswordSource()
    ) {
        self.passwords = passwords
        address = PostgresAddress(url)
        self.applicationName = applicationName
        self.connectTimeout = connectTimeout
        self.callTimeout = callTimeout
        self.isPrepared = isPrepared
    }

    /// Keys and values for `PQconnectdbParams`. Those before `dbname` are defaults that the user's string overrides;
    /// those after it are ours alone.
    ///
    /// Throws for an address that can't be read: libpq would take the whole for a database's name, and tell of it.
    func keywords() throws(PostgresError) -> [(String, String)] {
        do { _ = try address.options() } catch { throw PostgresError(kind: .address, message: error.description) }
        let seconds = max(2, Int(connectTimeout.components.seconds))
        var pairs = [
            ("application_name", applicationName), ("keepalives", "1"),
            ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "\(callTimeout.components.seconds * 1000)"),
            ("target_session_attrs", "read-write"),
        ]
        pairs += try passwords.keywords()
        // Ours would hide those of the environment, which libpq takes where the address has none; the last one said counts.
        let options = getenv("PGOPTIONS").map { " " + String(cString: $0) } ?? ""
        if isPrepared { pairs.append(("options", sessionSettings + options)) }
        pairs.append(("dbname", address.text))
        pairs += [("client_encoding", "UTF8"), ("connect_timeout", "\(seconds)")]
        return pairs
    }

    /// The server's own limits, a little under ours, so that it tidies up by itself.
    private var sessionSettings: String {
        let (seconds, attoseconds) = callTimeout.components
        let call = max(10, (seconds * 1000 + attoseconds / 1_000_000_000_000_000) * 9 / 10)
        return "-c statement_timeout=\(call) -c lock_timeout=\(call) "
            + "-c idle_in_transaction_session_timeout=\(call + 5000) -c default_transaction_isolation=read\\ committed"
    }
}
