/// A JSON object built from names and JSON texts, in the given order.
package struct JSONPairs {
    /// The text of the object.
    package let text: String

    /// Creates the object. Names are escaped; values must be JSON already and are not checked.
    package init(_ pairs: [(String, String)]) {
        var text = "{"
        text.reserveCapacity(pairs.reduce(2) { $0 + $1.0.utf8.count + $1.1.utf8.count + 4 })
        for (name, value) in pairs {
            if text.utf8.count > 1 { text += "," }
            text += JSONString.encode(name)
            text += ":"
            text += value
        }
        text += "}"
        self.text = text
    }

    /// Returns `value` as a JSON string, or `null` for nil.
    package static func literal(_ value: String?) -> String { value.map(JSONString.encode) ?? "null" }

    /// Returns `value` rounded to three digits after the point, or `null` for nil.
    package static func number(_ value: Double?) -> String {
        value.flatMap { $0.isFinite ? "\(($0 * 1000).rounded() / 1000)" : nil } ?? "null"
    }
}
