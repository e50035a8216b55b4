/// An object from names and JSON texts, in their order.
package struct JSONPairs {
    package let text: String

    package init(_ pairs: [(String, String)]) {
        text = "{" + pairs.map { JSONString.encode($0.0) + ":" + $0.1 }.joined(separator: ",") + "}"
    }

    package static func literal(_ value: String?) -> String { value.map(JSONString.encode) ?? "null" }

    /// Rounded to milliseconds; null for what isn't there.
    package static func number(_ value: Double?) -> String {
        value.map { "\(($0 * 1000).rounded() / 1000)" } ?? "null"
    }
}
