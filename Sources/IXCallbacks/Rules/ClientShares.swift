/// How many deliveries a client may have under way, so that the slow receivers of one never take all slots. Pure.
struct ClientShares {
    /// Deliveries of one client at a time.
    var share: Int
    private var inFlight: [String: Int] = [:]

    init(share: Int) { self.share = share }

    /// What is left to the clients that have deliveries under way; all others have `share`.
    var left: [String: Int] { inFlight.mapValues { share - $0 } }

    mutating func began(_ client: String) { inFlight[client, default: 0] += 1 }

    mutating func ended(_ client: String) {
        guard let count = inFlight[client] else { return }
        inFlight[client] = count > 1 ? count - 1 : nil
    }
}
