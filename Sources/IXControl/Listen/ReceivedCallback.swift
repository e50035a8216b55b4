import FoundationEssentials
import IXCore

/// A received callback, as text for people and as JSON for programs.
struct ReceivedCallback {
    let path: String
    let headers: [(name: String, value: String)]
    let body: [UInt8]
    /// Reason why the signature doesn't fit; nil when the signature fits or wasn't verified.
    let fault: String?
    /// False when no secret was given, so signatures were not verified.
    let isVerified: Bool
    /// Number of callbacks with this webhook-id, the current callback included.
    let times: Int

    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }

    var text: String {
        let document = document
        let what = [
            document?["use_case"]?.string, document?["request_id"]?.string,
            document?["error"]?.object?["code"]?.string.map { "error \($0)" } ?? (document == nil ? nil : "done"),
        ]
        let signature =
            isVerified ? fault.map { "BAD SIGNATURE: \($0)" } ?? "signature valid" : "signature not verified"
        let repeated = times > 1 ? "received \(times) times" : nil
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

    /// The response, taken out of its envelope when the body has an envelope; nil when the body is no JSON object.
    private var document: JSONDocument? {
        // ignored: a body which isn't a document is shown unchanged
        let whole = try? JSONDocument(body, field: "body", limit: Limits.responseBytes * 2, nesting: Limits.nesting + 2)
        guard let data = whole?["data"]?.object, whole?["type"]?.string != nil else { return whole }
        return data
    }
}
