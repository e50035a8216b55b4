import CLibPQ
public import IXCore

extension ConnectionParameters {
    /// Refuses an address that libpq can't read: waiting would never make it better.
    ///
    /// The reason never quotes the address, which may hold a password; of libpq's words it keeps the name of an option.
    public func checkAddress() throws(InvalidInput) {
        let address = Self.withoutDriver(url)
        // Anything else is the name of a database.
        guard address.contains("=") || address.hasPrefix("postgres") && address.contains("://") else { return }
        var message: UnsafeMutablePointer<CChar>?
        if let options = PQconninfoParse(address, &message) { return PQconninfoFree(options) }
        defer { PQfreemem(message) }
        let said = message.map { String(cString: $0) } ?? ""
        throw InvalidInput("postgres.url", Self.reason(said))
    }

    private static func reason(_ said: String) -> String {
        let known = ["invalid connection option", "invalid URI query parameter"]
        if let start = known.first(where: said.hasPrefix) {
            return "\(start)\(said.dropFirst(start.count).filter { $0 != "\n" })"
        }
        return "is neither a URL that libpq reads nor a list of key=value"
    }
}
