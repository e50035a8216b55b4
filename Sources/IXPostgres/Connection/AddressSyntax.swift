import CLibPQ
import IXCore

/// The syntax of an address: read as libpq reads an address, and refused where libpq's reading may be a mistake.
///
/// No reason quotes the address, because a password may stand anywhere in an address.
extension PostgresAddress {
    /// Returns the address's own options under libpq's names. Throws the fault as `postgres.url`.
    func options() throws(InvalidInput) -> [String: String] {
        guard !text.isEmpty else { return [:] }
        guard let first = text.unicodeScalars.first, first != "\"", first != "'" else {
            throw Self.fault(
                "is in quotation marks, which are not part of the address: remove the marks")
        }
        // Line ends may stand between the pairs of a list.
        let blanks: [UInt8] = scheme == nil ? [0x09, 0x0A, 0x0D] : []
        guard !text.utf8.contains(where: { ($0 < 0x20 || $0 == 0x7F) && !blanks.contains($0) }) else {
            throw Self.fault("holds a line end or another control character")
        }
        if let scheme { try checkURL(scheme) } else { try checkPairs() }
        let said = try parsed()
        try Self.checkHosts(said)
        return said
    }

    /// The text before `://`; nil where the text can't be a scheme.
    private var scheme: Substring? {
        let scheme = text.prefix { $0 != ":" }
        let isScheme =
            !scheme.isEmpty && scheme.utf8.allSatisfy { Self.isLetter($0) || "+-.0123456789".utf8.contains($0) }
        return isScheme && text[scheme.endIndex...].hasPrefix("://") ? scheme : nil
    }

    private func checkURL(_ scheme: Substring) throws(InvalidInput) {
        guard Self.schemes.contains(String(scheme)) else {
            throw Self.fault("begins with a scheme that is neither postgresql nor postgres")
        }
        let rest = text.utf8.dropFirst(scheme.utf8.count + 3)
        // libpq ends the password at the first @ before the first slash. A second @, or an @ behind the slash, belongs
        // to a password. In such a case libpq would take a part of the password for the host or the database, and print
        // the part.
        let path = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        let users = rest[..<path].firstIndex(of: UInt8(ascii: "@")).map { rest.index(after: $0) } ?? rest.startIndex
        let behind = rest[users...].prefix { $0 != UInt8(ascii: "?") }
        guard !behind.contains(UInt8(ascii: "@")) else {
            throw Self.fault(
                "holds an @ too many: in a user or password write %40 for @, %2F for /, %3F for ?, %23 for #")
        }
    }

    /// Checks `key = value …`. A single word is refused, because libpq would take the word for a database's name, and
    /// the word may be anything.
    private func checkPairs() throws(InvalidInput) {
        let key = text.utf8.prefix { Self.isLetter($0) || $0 == UInt8(ascii: "_") }
        let next = text.utf8[key.endIndex...].drop { $0 == 0x20 || $0 == 0x09 }.first
        guard !key.isEmpty, next == UInt8(ascii: "=") else {
            throw Self.fault(
                "is neither a URL (postgresql://…) nor a list of key=value; a database's name alone is written dbname=…"
            )
        }
    }

    private func parsed() throws(InvalidInput) -> [String: String] {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(text, &message) else {
            defer { PQfreemem(message) }
            throw Self.fault(Self.reason(message.map { String(cString: $0) } ?? ""))
        }
        defer { PQconninfoFree(options) }
        return Self.values(options)
    }

    /// Returns libpq's reason without libpq's quotation: a mistyped option may be a part of a password.
    private static func reason(_ said: String) -> String {
        let unknown = ["invalid connection option", "invalid URI query parameter"]
        guard unknown.contains(where: said.hasPrefix) else { return "can't be read by libpq" }
        let word = said.split(separator: "\"").dropFirst().first.map(String.init) ?? ""
        return Suggestion.reason(
            "holds an option that libpq doesn't know",
            Suggestion.nearest(to: String(word.prefix(64)), among: optionNames))
    }

    private static var optionNames: [String] {
        let options = PQconndefaults()
        defer { PQconninfoFree(options) }
        var (names, option) = ([String](), options)
        while let keyword = option?.pointee.keyword {
            names.append(String(cString: keyword))
            option = option.map { $0 + 1 }
        }
        return names
    }

    static func fault(_ reason: String) -> InvalidInput { InvalidInput("postgres.url", reason) }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}
