import IXCore

/// A value that has been checked. Texts that must not be seen stay `Secret` from here on.
enum Setting: Sendable, Equatable {
    case text(String)
    case secret(Secret)
    case integer(Int)
    case seconds(Duration)
    case days(Duration)
    case bool(Bool)
    case texts([String])
    case integers([Int])
    case table([String: Secret])

    /// For people: texts bare, secrets hidden, users and passwords in URLs too.
    var shown: String {
        switch self {
        case .text(let text): PrintedURL.withoutUsers(text)
        case .secret(let secret): secret.description
        case .table(let table): Self.inline(table) { $0.isEmpty ? "\"\"" : $0.description }
        default: PrintedURL.withoutUsers(toml)
        }
    }

    /// As TOML writes it. Only for defaults and examples: a secret stands there as it is.
    var toml: String {
        switch self {
        case .text(let text): JSONString.encode(text)
        case .secret(let secret): JSONString.encode(secret.text)
        case .integer(let integer): "\(integer)"
        case .seconds(let duration): duration.decimalSeconds
        case .days(let duration): TOMLNode.shown(duration / .seconds(86_400))
        case .bool(let bool): "\(bool)"
        case .texts(let texts): "[" + texts.map(JSONString.encode).joined(separator: ", ") + "]"
        case .integers(let integers): "[" + integers.map { "\($0)" }.joined(separator: ", ") + "]"
        case .table(let table): Self.inline(table) { JSONString.encode($0.text) }
        }
    }

    private static func inline(_ table: [String: Secret], _ value: (Secret) -> String) -> String {
        guard !table.isEmpty else { return "{}" }
        let pairs = table.sorted { $0.key < $1.key }.map { "\(DottedName.segment($0.key)) = \(value($0.value))" }
        return "{ " + pairs.joined(separator: ", ") + " }"
    }
}

extension Duration {
    /// Seconds, rounded to microseconds; the range is the caller's business.
    init(decimalSeconds seconds: Double) {
        self = .microseconds(Int64((seconds * 1_000_000).rounded()))
    }

    /// Seconds as a decimal number without trailing zeros, to the microsecond.
    var decimalSeconds: String {
        let (seconds, attoseconds) = components
        var fraction = String(attoseconds / 1_000_000_000_000 + 1_000_000).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        return fraction.isEmpty ? "\(seconds)" : "\(seconds).\(fraction)"
    }
}
