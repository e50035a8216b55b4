import FoundationEssentials
import IXCore
import IXStore
import IXWebhooks

extension PostRequest {
    /// The try as it goes out at `now`, in seconds since 1970: the same id and body each time, a time and signatures of
    /// its own.
    init(_ callback: ClaimedCallback, _ settings: CallbackSettings, now: Int) throws(InvalidInput) {
        url = try TargetURL(callback.url)
        clientID = callback.clientID
        body = callback.payload
        // The job's own id: whatever happens to the queue on the way, a second delivery can be told by it.
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
    /// The response as stored, or in the envelope of Standard Webhooks.
    var payload: String {
        guard isWrapped else { return body }
        let type = JSONString.encode("job.\(status.rawValue)")
        return "{\"type\":\(type),\"timestamp\":\(JSONString.encode(endedAt)),\"data\":\(body)}"
    }
}
