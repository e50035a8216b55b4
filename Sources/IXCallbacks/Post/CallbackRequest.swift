import FoundationEssentials
import IXCore
import IXStore
import IXWebhooks

extension PostRequest {
    /// Creates the request of a try at `now`, in seconds since 1970. Every try has the same id and body, but a time and
    /// signatures of its own.
    init(_ callback: ClaimedCallback, _ settings: CallbackSettings, now: Int) throws(InvalidInput) {
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
            ] + signed
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
