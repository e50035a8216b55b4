import IXCore

/// A value as it stands in the file or, read by its key's kind, in a variable or flag; nothing is checked yet.
indirect enum TOMLNode: Sendable, Equatable {
    case text(String)
    case integer(Int)
    case decimal(Double)
    case bool(Bool)
    case moment
    case list([TOMLNode])
    case table([String: TOMLNode])

    /// The value for a reason, cut short when it is long.
    var shown: String {
        switch self {
        case .text(let text): JSONString.encode(text.count > 60 ? text.prefix(60) + "…" : text)
        case .integer(let integer): "\(integer)"
        case .decimal(let decimal): Self.shown(decimal)
        case .bool(let bool): "\(bool)"
        default: type
        }
    }

    /// The type for a reason, where the value itself may be secret.
    var type: String {
        switch self {
        case .text: "text"
        case .integer: "an integer"
        case .decimal: "a number"
        case .bool: "true or false"
        case .moment: "a date or time"
        case .list: "a list"
        case .table: "a table"
        }
    }

    /// A number without the `.0` of a whole one.
    static func shown(_ decimal: Double) -> String {
        let whole = Int(exactly: decimal).map { "\($0)" }
        return whole ?? "\(decimal)"
    }
}
