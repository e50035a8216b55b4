import FoundationEssentials
import IXCore

/// A callback as it came in, for people and programs.
struct ReceivedCallback {
    let path: String
    let headers: [(name: String, value: String)]
    let body: [UInt8]
    /// Why its signature doesn't fit; nil when it does.
    let fault: String?
    /// Whether signatures were looked at.
    let isVerified: Bool
    /// How often its webhook-id came, this time counted.
    let times: Int

    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }

    var text: String {
        let document = document
        let what = [
            document?["use_case"]?.string, document?["request_id"]?.string,
            document?["error"]?.object?["code"]?.string.map { "error \($0)" } ?? (document == nil ? nil : "done"),
        ]
        let signature =
            isVerified ? fault.map { "BAD SIGNATURE: \($0)" } ?? "signature fits" : "signature not looked at"
        let repeated = times > 1 ? "came \(times) times" : nil
        let head = ([path, header("webhook-id") ?? "no webhook-id", signature, repeated] + what).compactMap { $0 }
        return ScreenText(head.joined(separator: "  ")).text + "\n  " + ScreenText(shownBody).text
    }

    var json: String {
        JSONPairs([
            ("path", JSONPairs.literal(path)),
            ("headers", JSONPairs(headers.map { ($0.name.lowercased(), JSONPairs.literal($0.value)) }).text),
            ("body", JSONPairs.literal(shownBody)), ("verified", isVerified ? "\(fault == nil)" : "null"),
            ("fault", JSONPairs.literal(fault)), ("times", "\(times)"),
        ]).text
    }

    private var shownBody: String { String(decoding: body, as: UTF8.self) }

    /// The response, also in an envelope; nil for what is no JSON object.
    private var document: JSONDocument? {
        // ignored: what isn't a document is shown as it came
        let whole = try? JSONDocument(body, field: "body", limit: Limits.responseBytes * 2, nesting: Limits.nesting + 2)
        guard let data = whole?["data"]?.object, whole?["type"]?.string != nil else { return whole }
        return data
    }
}
