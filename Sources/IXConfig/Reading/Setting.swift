import IXCore

/// A checked value. A text which must not be shown stays a `Secret` from here on.
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

    /// The value for people: texts without quotes, secrets hidden, users and passwords removed from URLs.
    var shown: String {
        switch self {
        case .text(let text): PrintedURL.withoutUsers(text)
        case .secret(let secret): secret.description
        case .table(let table): Self.inline(table) { $0.isEmpty ? "\"\"" : $0.description }
        default: PrintedURL.withoutUsers(toml)
        }
    }

    /// The value as TOML text. Use only for defaults and examples, because secrets are not hidden.
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

/// `SettingEntry` is a setting and the place that gave the setting.
struct SettingEntry: Sendable, Equatable {
    let value: Setting
    let origin: ConfigurationOrigin
}
