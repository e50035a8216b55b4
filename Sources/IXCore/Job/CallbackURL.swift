/// A callback URL, parsed once and strictly. The parser refuses text that HTTP can't carry, and text that two parsers
/// could read differently. The functions of both databases hold equal rules in equal words.
public struct CallbackURL: Sendable, Equatable {
    /// `http` or `https`.
    public let scheme: String
    /// The host in lower case; an IPv6 address has no brackets here.
    public let host: String
    /// True when the URL had the host in brackets, which marks an IPv6 address.
    public let isBracketed: Bool
    /// The port of the URL, or the default port of the scheme.
    public let port: Int
    /// Path and query as written; `/` for a URL without a path and query.
    public let target: String

    /// Throws `InvalidInput` with the reason. The message never contains the URL, because a URL may hold credentials.
    public init(_ text: String, field: String = "callback_url") throws(InvalidInput) {
        let reader = Reader(field: field)
        try reader.checkCharacters(of: text)
        guard let scheme = reader.scheme(of: text) else { throw reader.fault("is not an absolute http or https URL") }
        let rest = text.dropFirst(scheme.count + 3)
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let authority = rest[..<end]
        guard let first = authority.first, first != ":" else {
            throw reader.fault("is not an absolute http or https URL")
        }
        guard !authority.contains("@") else { throw reader.fault("holds a user or a password") }
        let (name, port) = try reader.split(authority)
        self.scheme = scheme
        self.port =
            try port.map { port throws(InvalidInput) in try reader.port(port) } ?? (scheme == "https" ? 443 : 80)
        target = rest[end...].hasPrefix("/") ? String(rest[end...]) : "/" + rest[end...]
        isBracketed = name.hasPrefix("[")
        host = try isBracketed ? reader.address(name) : reader.name(name.lowercased())
    }

    /// Parses the parts of the URL; each part has a fault of its own.
    private struct Reader {
        let field: String

        func fault(_ reason: String) -> InvalidInput { InvalidInput(field, reason) }

        func checkCharacters(of text: String) throws(InvalidInput) {
            guard text.utf8.count <= Limits.urlBytes else { throw fault("over \(Limits.urlBytes) bytes") }
            for scalar in text.unicodeScalars {
                switch scalar {
                case _ where scalar.properties.generalCategory == .control: throw fault("holds a control character")
                case " ": throw fault("holds a space, which has to be written as %20")
                case "#": throw fault("holds a fragment (#), which no request carries")
                case "\"", "<", ">", "\\", "^", "`", "{", "|", "}":
                    throw fault(
                        "holds \(scalar), which has to be written as %\(String(scalar.value, radix: 16, uppercase: true))"
                    )
                case _ where !scalar.isASCII:
                    throw fault(
                        "holds a character beyond ASCII, which has to be written as %XX, in the host as punycode")
                default: continue
                }
            }
        }

        func scheme(of text: String) -> String? {
            ["http", "https"].first { text.prefix($0.count + 3).lowercased() == $0 + "://" }
        }

        func split(_ authority: Substring) throws(InvalidInput) -> (name: Substring, port: Substring?) {
            let name: Substring
            if authority.hasPrefix("[") {
                guard let close = authority.firstIndex(of: "]") else { throw fault(Self.noAddress) }
                name = authority[...close]
            } else {
                name = authority[..<(authority.firstIndex(of: ":") ?? authority.endIndex)]
            }
            let rest = authority[name.endIndex...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw fault(Self.noAddress) }
            return (name, rest.isEmpty ? nil : rest.dropFirst())
        }

        func port(_ text: Substring) throws(InvalidInput) -> Int {
            guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let port = Int(text), (1...65_535).contains(port)
            else { throw fault("has a port that is not 1 to 65535") }
            return port
        }

        /// Checks the characters of an IPv6 address. The resolver decides later if the text is an address.
        func address(_ name: Substring) throws(InvalidInput) -> String {
            let inner = name.dropFirst().dropLast().lowercased()
            let isAddress = inner.contains(":") && inner.utf8.allSatisfy { "0123456789abcdef:.".utf8.contains($0) }
            guard isAddress else { throw fault(Self.noAddress) }
            return inner
        }

        /// Checks a name. Some parsers read a name whose last label begins with a digit as an address, so such a name
        /// must be a plain IPv4 address.
        func name(_ host: String) throws(InvalidInput) -> String {
            let labels = host.split(separator: ".", omittingEmptySubsequences: false)
            let isName = labels.enumerated().allSatisfy { index, label in
                // A dot at the end stands for the root domain and is allowed.
                (!label.isEmpty || index == labels.count - 1 && index > 0) && label.utf8.count <= 63
                    && label.utf8.allSatisfy(Self.isNameByte)
            }
            guard isName, host.utf8.count <= 253 else { throw fault("has a host that is no name") }
            let last = labels.last(where: { !$0.isEmpty }) ?? ""
            let isNumber = last.utf8.allSatisfy { (0x30...0x39).contains($0) } || last.hasPrefix("0x")
            guard !isNumber || Self.isPlainIPv4(labels) else {
                throw fault("has a number for a host that is not a plain IPv4 address")
            }
            return host
        }

        private static let noAddress = "has a host in brackets that is no IPv6 address"

        private static func isPlainIPv4(_ labels: [Substring]) -> Bool {
            labels.count == 4 && labels.allSatisfy { label in UInt8(label).map { "\($0)" == label } ?? false }
        }

        private static func isNameByte(_ byte: UInt8) -> Bool {
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x5F
        }
    }
}
