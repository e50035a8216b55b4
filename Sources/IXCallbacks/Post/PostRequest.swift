import FoundationEssentials
import IXCore
import IXStore
import IXTelemetry
import IXWebhooks

extension PostRequest {
    /// Creates the request of a try at `now`, in seconds since 1970. Every try has the same id and body, but a time and
    /// signatures of its own.
    init(_ callback: ClaimedCallback, _ settings: CallbackSettings, trace: TraceContext, now: Int) throws(InvalidInput)
    {
        url = try TargetURL(callback.url)
        clientID = callback.clientID
        body = callback.payload
        // The id is the job's id, so that the receiver can always recognize a second delivery.
        let id = callback.jobID.uuidString.lowercased()
        let signed =
            settings.secrets.signature(for: callback.clientID, at: url)?.headers(id: id, seconds: now, body: body)
            ?? [("webhook-id", id), ("webhook-timestamp", "\(now)")]
        headers =
            [
                ("host", url.hostHeader), ("content-type", "application/json"), ("accept", "*/*"),
                ("user-agent", settings.userAgent), ("connection", "close"),
                ("traceparent", trace.traceparent),
            ] + (trace.state.map { [("tracestate", $0)] } ?? []) + signed
    }
}

extension ClaimedCallback {
    /// The body: the response as stored, or the response in the envelope of Standard Webhooks.
    var payload: String {
        guard isWrapped else { return body }
        let type = JSONString.encode("job.\(status.rawValue)")
        return "{\"type\":\(type),\"timestamp\":\(JSONString.encode(endedAt)),\"data\":\(body)}"
    }
}

/// `PostRequest` is the HTTP request of a try. `Poster` sends the request to a checked address, under the name that led
/// to the address.
struct PostRequest: Sendable {
    let url: TargetURL
    /// The client of the callback's job.
    let clientID: String
    let headers: [(name: String, value: String)]
    let body: String

    /// The request as sent. No header holds a line end, because the URL was checked and the daemon writes all further
    /// headers.
    var text: String {
        let lines = headers.map { "\($0.name): \($0.value)\r\n" }.joined()
        return "POST \(url.target) HTTP/1.1\r\n\(lines)content-length: \(body.utf8.count)\r\n\r\n\(body)"
    }
}
