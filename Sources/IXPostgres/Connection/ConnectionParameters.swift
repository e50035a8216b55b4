import Glibc
import IXCore

/// The parameters of a connection: the user's address, and defaults that the address may override. Printing the value
/// shows no secret.
package struct ConnectionParameters: Sendable {
    /// The user's address; printing the address shows no secret.
    package var address: PostgresAddress
    /// The session's name in `pg_stat_activity`, unless the address sets application_name.
    package var applicationName: String
    /// The time limit for each host that the address names; libpq takes whole seconds, 2 at least.
    package var connectTimeout: Duration
    /// The time limit of each call. The server gets a limit of 90 % as a session setting, if `isPrepared`.
    package var callTimeout: Duration
    /// True for named prepared statements and session settings; false behind PgBouncer in transaction mode.
    package var isPrepared: Bool
    /// True for an address of hot standbys. The sessions then write nothing on any server, and of several hosts a standby is
    /// preferred.
    package var leadsToStandby = false
    /// Cancels the call of the given server process when the call waits for another transaction's lock, and returns true
    /// then (`LockWatch.interrupt`). Nil: such a call waits until its deadline.
    var interruptBlocked: (@Sendable (Int32) -> Bool)?
    /// Called after each new connection, before its first statement.
    var onConnect: (@Sendable () -> Void)?
    /// The user as which a process of root connects; nil connects as the user of the process.
    package var user: UInt32?
    /// The source of the passwords that the address doesn't contain. Only libpq sees the passwords.
    package var passwords: PasswordSource
    /// Receives the server's warnings and notices. Nil: notices are dropped.
    package var onNotice: (@Sendable (ServerNotice) -> Void)?

    /// Makes parameters for an address; connects nowhere.
    ///
    /// - Parameter url: URL, conninfo, service or empty (libpq's own defaults: PG* variables, passfile).
    package init(
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

    /// Returns keys and values for `PQconnectStartParams`. Pairs before `dbname` are defaults that the user's address
    /// overrides; pairs after `dbname` can't be overridden.
    ///
    /// Throws for an address that can't be read, because libpq would take the whole for a database's name and print the
    /// name.
    func keywords() throws(PostgresError) -> [(String, String)] {
        do { _ = try address.options() } catch { throw PostgresError(kind: .address, message: error.description) }
        let seconds = max(2, Int(connectTimeout.components.seconds))
        var pairs = [
            ("application_name", applicationName), ("keepalives", "1"),
            ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "\(callTimeout.components.seconds * 1000)"),
            ("target_session_attrs", leadsToStandby ? "prefer-standby" : "read-write"),
        ]
        pairs += try passwords.keywords()
        // An `options` pair hides the environment's PGOPTIONS, which libpq takes when the address has none; so
        // PGOPTIONS is appended. The last setting of a name counts.
        let options = getenv("PGOPTIONS").map { " " + String(cString: $0) } ?? ""
        if isPrepared { pairs.append(("options", sessionSettings + options)) }
        pairs.append(("dbname", address.text))
        pairs += [("client_encoding", "UTF8"), ("connect_timeout", "\(seconds)")]
        return pairs
    }

    /// The server's own limits, 90 % of the call's limit, so that the server ends an abandoned statement by itself.
    private var sessionSettings: String {
        let call = Self.serverLimit(of: callTimeout)
        return "-c statement_timeout=\(call) -c lock_timeout=\(call) "
            + "-c idle_in_transaction_session_timeout=\(call + 5000) -c default_transaction_isolation=read\\ committed"
            // A page of a list over millions of rows took 0.2 s to compile, and 0.05 s to run.
            + " -c jit=off" + (leadsToStandby ? " -c default_transaction_read_only=on" : "")
    }

    /// Returns the milliseconds after which the server ends a statement of a call by itself.
    static func serverLimit(of call: Duration) -> Int64 { max(10, call.wholeMilliseconds / 10 * 9) }
}
