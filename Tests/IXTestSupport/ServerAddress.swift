import CLibPQ
import Glibc

/// A PostgreSQL address in parts, parsed by libpq. The parts allow naming another database on the server in any
/// notation.
package struct ServerAddress: Sendable {
    private var options: [String: String] = [:]

    /// Parses a URL or conninfo, also with a `+driver` in the scheme.
    package init(_ url: String) throws {
        var message: UnsafeMutablePointer<CChar>?
        guard let parsed = PQconninfoParse(Self.withoutDriver(url), &message) else {
            defer { PQfreemem(message) }
            throw TestFailure(message.map { String(cString: $0) } ?? "the address can't be read")
        }
        defer { PQconninfoFree(parsed) }
        var option = parsed
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { options[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
    }

    /// A part by libpq's keyword, such as `host`; nil when the address doesn't set the part.
    package subscript(name: String) -> String? {
        get { options[name] }
        set { options[name] = newValue }
    }

    /// Returns the address with `changes` as a URL.
    package func url(_ changes: [String: String] = [:]) -> String {
        let pairs = options.merging(changes) { $1 }.sorted { $0.key < $1.key }
        return "postgresql://?" + pairs.map { $0.key + "=" + Self.escaped($0.value) }.joined(separator: "&")
    }

    /// Returns the address with `changes` in libpq's keyword = value form.
    package func conninfo(_ changes: [String: String] = [:]) -> String {
        let pairs = options.merging(changes) { $1 }.sorted { $0.key < $1.key }
        return pairs.map { "\($0.key)='\($0.value)'" }.joined(separator: " ")
    }

    private static func escaped(_ value: String) -> String {
        value.utf8.map { byte in
            let isPlain = Unicode.Scalar(byte).properties.isAlphabetic || (0x30...0x39).contains(byte)
            return isPlain && byte < 0x80 || byte == 0x5F
                ? String(Unicode.Scalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    private static func withoutDriver(_ url: String) -> String {
        guard let scheme = url.firstRange(of: "://"), let plus = url[..<scheme.lowerBound].firstIndex(of: "+") else {
            return url
        }
        return String(url[..<plus] + url[scheme.lowerBound...])
    }
}
