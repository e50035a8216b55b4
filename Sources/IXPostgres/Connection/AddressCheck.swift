import CLibPQ
package import IXCore

extension ConnectionParameters {
    /// Refuses an address that can never work, so that the daemon doesn't wait for a server in vain. Such an address
    /// can't be read by libpq, is read with another meaning than intended, or holds a value which libpq refuses. The
    /// check contacts no server.
    ///
    /// The reason never quotes the address.
    package func checkAddress() throws(InvalidInput) {
        let said = try address.options()
        let database = said["dbname"] ?? PostgresAddress.defaults["dbname"] ?? ""
        guard !database.contains("://") else { throw PostgresAddress.fault("has a URL in place of a database's name") }
        try Self.checkVersions(said)
        try address.tryOut()
    }

    /// TLS below version 1.2 gives no protection; libpq's own lowest default is TLS 1.2.
    private static func checkVersions(_ said: [String: String]) throws(InvalidInput) {
        for key in ["ssl_min_protocol_version", "ssl_max_protocol_version"] {
            guard let version = said[key] ?? PostgresAddress.defaults[key], ["TLSv1", "TLSv1.1"].contains(version)
            else {
                continue
            }
            throw PostgresAddress.fault("has a \(key) below TLSv1.2")
        }
    }

    /// True when the connection may leave this host and the address has no sslmode, so that libpq may connect without
    /// TLS.
    package var isOpenToTheNetwork: Bool {
        // ignored: an address that can't be read leads to no server
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
    /// Refuses an @ in a host, because the @ belongs to a password; an abstract socket may begin with @. Refuses ports
    /// and counts that are no whole numbers.
    static func checkHosts(_ said: [String: String]) throws(InvalidInput) {
        let hosts = list(said["host"]), addresses = list(said["hostaddr"]), ports = list(said["port"])
        guard !(hosts + addresses).contains(where: { $0.dropFirst().contains("@") || $0.contains("://") }) else {
            throw fault("holds an @ too many: in a user or password write %40 for @, %2F for /, %3F for ?, %23 for #")
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

    /// Makes libpq check every value, with a host that can't exist. libpq checks the values before it resolves the
    /// host.
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

    /// Names the refused value's key, without the value's text.
    private static func refusal(_ said: String) -> String {
        if said.contains("service") && !said.contains("invalid") {
            return "names a service that no service file defines"
        }
        let words = Set(said.split { !$0.isLetter && $0 != "_" }.map(String.init))
        guard let key = choices.keys.sorted().first(where: words.contains) else {
            return "holds a value that libpq doesn't accept"
        }
        let known = choices[key].map { $0.isEmpty ? "" : ": must be one of \($0)" } ?? ""
        return "has a value for \(key) that libpq doesn't accept\(known)"
    }

    /// Values that libpq checks by name, in libpq's own order.
    private static let choices = [
        "sslmode": "disable, allow, prefer, require, verify-ca, verify-full", "gssencmode": "disable, prefer, require",
        "channel_binding": "disable, prefer, require",
        "target_session_attrs": "any, read-write, read-only, primary, standby, prefer-standby",
        "ssl_min_protocol_version": "TLSv1.2, TLSv1.3",
        "ssl_max_protocol_version": "TLSv1.2, TLSv1.3", "load_balance_hosts": "disable, random",
        "sslnegotiation": "postgres, direct", "require_auth": "", "sslcertmode": "disable, allow, require",
    ]
}
