/// `ClientShares` limits the concurrent deliveries of each client, so that the slow receivers of a client never take
/// all slots. Pure.
struct ClientShares {
    /// The maximum number of concurrent deliveries for a client.
    var share: Int
    private var inFlight: [String: Int] = [:]

    init(share: Int) { self.share = share }

    /// The free deliveries of the clients with running deliveries; every other client has `share`.
    var left: [String: Int] { inFlight.mapValues { share - $0 } }

    mutating func began(_ client: String) { inFlight[client, default: 0] += 1 }

    mutating func ended(_ client: String) {
        guard let count = inFlight[client] else { return }
        inFlight[client] = count > 1 ? count - 1 : nil
    }
}
