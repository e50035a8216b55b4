import IXCore

/// A raw value from the file, or from a variable or flag. The value is not checked yet.
indirect enum TOMLNode: Sendable, Equatable {
    case text(String)
    case integer(Int)
    case decimal(Double)
    case bool(Bool)
    case moment
    case list([TOMLNode])
    case table([String: TOMLNode])

    /// The value for an error message, cut after 60 characters.
    var shown: String {
        switch self {
        case .text(let text): JSONString.encode(text.count > 60 ? text.prefix(60) + "…" : text)
        case .integer(let integer): "\(integer)"
        case .decimal(let decimal): Self.shown(decimal)
        case .bool(let bool): "\(bool)"
        default: type
        }
    }

    /// The type for an error message, where the value itself may be secret.
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

    /// Returns a number as text, without `.0` for whole numbers.
    static func shown(_ decimal: Double) -> String {
        let whole = Int(exactly: decimal).map { "\($0)" }
        return whole ?? "\(decimal)"
    }
}
