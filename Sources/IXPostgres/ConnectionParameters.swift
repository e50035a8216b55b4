import Glibc

/// How to reach the server: the user's address, untouched, and the defaults it may override.
public struct ConnectionParameters: Sendable {
    /// URL, conninfo, service or empty (libpq's own defaults: PG* variables, passfile).
    public var url: String
    public var applicationName: String
    /// For each host that the address names; libpq takes whole seconds, two at least.
    public var connectTimeout: Duration
    /// For each call; the server is told too, where it takes session settings.
    public var callTimeout: Duration
    /// Named prepared statements and session settings; false behind PgBouncer in transaction mode.
    public var isPrepared: Bool
    /// What the address doesn't say itself and nobody but libpq shall know.
    public var passwords: PasswordSource

    public init(
        url: String, applicationName: String, connectTimeout: Duration = .seconds(5),
        callTimeout: Duration = .seconds(10), isPrepared: Bool = true, passwords: PasswordSource = PasswordSource()
    ) {
        self.passwords = passwords
        self.url = url
        self.applicationName = applicationName
        self.connectTimeout = connectTimeout
        self.callTimeout = callTimeout
        self.isPrepared = isPrepared
    }

    /// Keys and values for `PQconnectdbParams`. Those before `dbname` are defaults that the user's string overrides;
    /// those after it are ours alone.
    func keywords() throws(PostgresError) -> [(String, String)] {
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
        pairs.append(("dbname", Self.withoutDriver(url)))
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

    /// `postgresql+asyncpg://…` names SQLAlchemy's driver; libpq would take the whole for a database name.
    static func withoutDriver(_ url: String) -> String {
        guard let scheme = url.range(of: "://"), let plus = url[..<scheme.lowerBound].firstIndex(of: "+"),
            ["postgresql", "postgres"].contains(url[..<plus])
        else { return url }
        return String(url[..<plus] + url[scheme.lowerBound...])
    }
}

extension String {
    fileprivate func range(of needle: String) -> Range<String.Index>? {
        var at = startIndex
        while at < endIndex {
            if self[at...].hasPrefix(needle) { return at..<index(at, offsetBy: needle.count) }
            at = index(after: at)
        }
        return nil
    }
}
