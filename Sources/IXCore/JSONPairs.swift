/// An object from names and JSON texts, in their order.
package struct JSONPairs {
    package let text: String

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

    package static func literal(_ value: String?) -> String { value.map(JSONString.encode) ?? "null" }

    /// Rounded to milliseconds; null for what isn't there.
    package static func number(_ value: Double?) -> String {
        value.flatMap { $0.isFinite ? "\(($0 * 1000).rounded() / 1000)" : nil } ?? "null"
    }
}
