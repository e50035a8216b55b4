public import IXCore
internal import IXWebhooks

/// Whose callbacks are signed with what: a client's own secrets, else those for all others, else not at all.
public struct SigningSecrets: Sendable, Equatable {
    private let standard: WebhookSignature?
    private let clients: [String: WebhookSignature]

    /// Secrets as of Standard Webhooks, blanks between two of them; an empty text is none.
    public init(standard: String = "", clients: [String: String] = [:]) throws(InvalidInput) {
        self.standard = standard.isEmpty ? nil : try WebhookSignature(standard, field: "secret")
        var own: [String: WebhookSignature] = [:]
        for (client, text) in clients { own[client] = try WebhookSignature(text, field: "client_secrets.\(client)") }
        self.clients = own
    }

    func signature(for clientID: String) -> WebhookSignature? { clients[clientID] ?? standard }
}
