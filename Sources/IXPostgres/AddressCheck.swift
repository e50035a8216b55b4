import CLibPQ
public import IXCore

extension ConnectionParameters {
    /// Refuses an address that can never work: one that libpq can't read, or would read as something else than was meant,
    /// and one with a value that libpq doesn't take. Waiting would make none of them better. Asks no server.
    ///
    /// The reason never quotes the address.
    public func checkAddress() throws(InvalidInput) {
        let said = try address.options()
        let database = said["dbname"] ?? PostgresAddress.defaults["dbname"] ?? ""
        guard !database.contains("://") else { throw PostgresAddress.fault("names a database by a URL") }
        try Self.checkVersions(said)
        try address.tryOut()
    }

    /// What is older than TLS 1.2 is no protection; libpq's own least version is that.
    private static func checkVersions(_ said: [String: String]) throws(InvalidInput) {
        for key in ["ssl_min_protocol_version", "ssl_max_protocol_version"] {
            guard let version = said[key] ?? PostgresAddress.defaults[key], ["TLSv1", "TLSv1.1"].contains(version)
            else {
                continue
            }
            throw PostgresAddress.fault("has a \(key) below TLSv1.2")
        }
    }

    /// Whether the connection may leave this host, and libpq is free to go without TLS, since the address has no sslmode.
    public var isOpenToTheNetwork: Bool {
        // ignored: an address that can't be read leads nowhere
        guard let said = try? address.options(), said["service"] == nil else { return false }
        let mode = said["sslmode"] ?? PostgresAddress.defaults["sslmode"] ?? "prefer"
        guard ["prefer", "allow"].contains(mode) else { return false }
        let hosts = said["hostaddr"] ?? said["host"] ?? PostgresAddress.defaults["host"] ?? ""
        return hosts.split(separator: ",").contains { host in
            !(host.hasPrefix("/") || host.hasPrefix("@") || host.hasPrefix("127.") || host == "::1"
                || host == "localhost")
        }
    }
}

extension PostgresAddress {
    /// An @ in a host is a password's, but for the first one of an abstract socket; whole numbers are whole numbers.
    static func checkHosts(_ said: [String: String]) throws(InvalidInput) {
        let hosts = list(said["host"]), addresses = list(said["hostaddr"]), ports = list(said["port"])
        guard !(hosts + addresses).contains(where: { $0.dropFirst().contains("@") || $0.contains("://") }) else {
            throw fault("holds an @ too many: in a user or password @ is written %40, / %2F, ? %3F and # %23")
        }
        guard ports.allSatisfy({ $0.isEmpty || (1...65_535).contains(Int($0) ?? 0) }) else {
            throw fault("has a port that is not a number from 1 to 65535")
        }
        let count = max(hosts.count, addresses.count, 1)
        guard ports.count <= 1 || ports.count == count else {
            throw fault("names \(ports.count) ports for \(count == 1 ? "1 host" : "\(count) hosts")")
        }
        guard hosts.isEmpty || addresses.isEmpty || hosts.count == addresses.count else {
            throw fault("names \(addresses.count) hostaddr for \(hosts.count == 1 ? "1 host" : "\(hosts.count) hosts")")
        }
        for key in wholeNumbers {
            guard let value = said[key], Int32(value.filter { $0 != " " }) == nil else { continue }
            throw fault("has a value for \(key) that is not a whole number")
        }
    }

    private static let wholeNumbers = [
        "connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count",
        "tcp_user_timeout",
    ]

    private static func list(_ value: String?) -> [Substring] {
        value.map { $0.split(separator: ",", omittingEmptySubsequences: false) } ?? []
    }

    /// Lets libpq look at every value, for a host that can't be one: it looks at them before it looks for the host.
    func tryOut() throws(InvalidInput) {
        let pairs = [
            ("dbname", text), ("host", "x"), ("hostaddr", Self.nowhere), ("port", "5432"),
            ("passfile", "/\(Self.nowhere)"),
        ]
        let handle = PostgresLink.start(pairs)
        defer { PQfinish(handle) }
        let said = handle.map { String(cString: PQerrorMessage($0)) } ?? ""
        guard !said.isEmpty, !said.contains(Self.nowhere) else { return }
        throw Self.fault(Self.refusal(said))
    }

    private static let nowhere = "nowhere.invalid"

    /// Which value it was, without its text.
    private static func refusal(_ said: String) -> String {
        if said.contains("service") && !said.contains("invalid") {
            return "names a service that no service file defines"
        }
        let words = Set(said.split { !$0.isLetter && $0 != "_" }.map(String.init))
        guard let key = choices.keys.sorted().first(where: words.contains) else {
            return "holds a value that libpq doesn't take"
        }
        let known = choices[key].map { $0.isEmpty ? "" : ": one of \($0)" } ?? ""
        return "has a value for \(key) that libpq doesn't take\(known)"
    }

    /// What is looked at by name; the values in libpq's own order.
    private static let choices = [
        "sslmode": "disable, allow, prefer, require, verify-ca, verify-full", "gssencmode": "disable, prefer, require",
        "channel_binding": "disable, prefer, require",
        "target_session_attrs": "any, read-write, read-only, primary, standby, prefer-standby",
        "ssl_min_protocol_version": "TLSv1.2, TLSv1.3",
        "ssl_max_protocol_version": "TLSv1.2, TLSv1.3", "load_balance_hosts": "disable, random",
        "sslnegotiation": "postgres, direct", "require_auth": "", "sslcertmode": "disable, allow, require",
    ]
}
