import CLibPQ
import IXCore

/// The address of a database, which may hold a password. Printing, interpolating, dumping or reflecting on the value
/// shows only `host:port/dbname`; of an address that can't be read, nothing.
package struct PostgresAddress: Sendable, Hashable {
    /// The address for libpq: URL, conninfo, or empty for libpq's own defaults (PG* variables, service file, passfile).
    let text: String

    /// Takes an address without the white space around it, such as a line end, and without a driver in its scheme.
    /// Never fails; `checkAddress` finds faults.
    package init(_ text: String) {
        let start = text.unicodeScalars.drop { $0.properties.isWhitespace }
        let inner = start.reversed().drop { $0.properties.isWhitespace }.reversed()
        self.text = Self.withoutDriver(String(String.UnicodeScalarView(inner)))
    }

    /// Removes SQLAlchemy's driver, as in `postgresql+asyncpg://…`; libpq would take the whole for a database's name.
    private static func withoutDriver(_ address: String) -> String {
        guard let scheme = address.firstRange(of: "://"), let plus = address[..<scheme.lowerBound].firstIndex(of: "+"),
            schemes.contains(String(address[..<plus]))
        else { return address }
        return String(address[..<plus] + address[scheme.lowerBound...])
    }

    static let schemes = ["postgresql", "postgres"]
}

extension PostgresAddress: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Equal to `description`, so that debug output shows no secret.
    package var debugDescription: String { description }
    /// Empty, so that `dump` shows no secret.
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// `host:port/dbname`, or the service's name; no user and no password.
    package var description: String {
        // ignored: `checkAddress` reports why the address can't be read
        guard let said = try? options() else { return "an address that can't be read" }
        if let service = said["service"] { return "service " + PrintedText.safe(service) }
        let defaults = Self.defaults
        func value(_ key: String) -> String? { said[key] ?? defaults[key] }
        let hosts = (value("host") ?? value("hostaddr") ?? "localhost").split(separator: ",")
        let ports = (value("port") ?? "5432").split(separator: ",")
        let servers = hosts.enumerated().map { index, host in
            "\(host):\(ports.indices.contains(index) ? ports[index] : ports.first ?? "5432")"
        }
        let database = value("dbname") ?? value("user") ?? ""
        let name = database.contains("://") ? "*****" : database
        return PrintedText.safe(servers.joined(separator: ",") + "/" + name)
    }

    /// libpq's defaults: variables such as `PGHOST`, and compiled-in values.
    static var defaults: [String: String] {
        let options = PQconndefaults()
        defer { PQconninfoFree(options) }
        return values(options)
    }

    /// Returns the options with a value that isn't empty.
    static func values(_ options: UnsafeMutablePointer<PQconninfoOption>?) -> [String: String] {
        var values: [String: String] = [:]
        var option = options
        while let current = option?.pointee, let keyword = current.keyword {
            if let value = current.val, value.pointee != 0 { values[String(cString: keyword)] = String(cString: value) }
            option = option.map { $0 + 1 }
        }
        return values
    }
}

extension String {
    fileprivate func firstRange(of needle: String) -> Range<String.Index>? {
        var at = startIndex
        while at < endIndex {
            if self[at...].hasPrefix(needle) { return at..<index(at, offsetBy: needle.count) }
            at = index(after: at)
        }
        return nil
    }
}
