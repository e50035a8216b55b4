import Synchronization

/// `AddressSlots` limits the connections to an address, across all names and ports. A thousand endpoints on a slow host
/// must count as a single slow host. A client may use at most half of an address's slots.
///
/// Concurrency: from any thread.
final class AddressSlots: Sendable {
    private struct Slots {
        var total = 0
        var clients: [String: Int] = [:]
    }

    private let taken = Mutex<[[UInt8]: Slots]>([:])

    /// Takes a slot of the address. Returns false when no slot is free for the client. Requires: each `take` that
    /// returned true is followed by `release`.
    func take(_ address: IPAddress, for client: String, limit: Int) -> Bool {
        taken.withLock { taken in
            var slots = taken[Self.key(address)] ?? Slots()
            let own = slots.clients[client] ?? 0
            guard slots.total < limit, own < max(1, limit / 2) else { return false }
            slots.total += 1
            slots.clients[client] = own + 1
            taken[Self.key(address)] = slots
            return true
        }
    }

    func release(_ address: IPAddress, for client: String) {
        taken.withLock { taken in
            guard var slots = taken[Self.key(address)] else { return }
            slots.total -= 1
            let own = (slots.clients[client] ?? 1) - 1
            slots.clients[client] = own > 0 ? own : nil
            taken[Self.key(address)] = slots.total > 0 ? slots : nil
        }
    }

    /// Returns the address, or for IPv6 its first 64 bits, because a host usually owns a whole /64 network.
    private static func key(_ address: IPAddress) -> [UInt8] {
        Array(address.bytes.count > 4 ? address.bytes.prefix(8) : address.bytes[...])
    }
}
