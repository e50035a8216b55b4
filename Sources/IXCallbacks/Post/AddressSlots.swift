import Synchronization

/// Bounds the connections to one address, whatever names and ports lead there: a thousand endpoints of one slow host are one
/// slow host. Half of an address's slots at most are one client's.
///
/// Concurrency: from any thread.
final class AddressSlots: Sendable {
    private struct Slots {
        var total = 0
        var clients: [String: Int] = [:]
    }

    private let taken = Mutex<[[UInt8]: Slots]>([:])

    /// False when the address is busy with others; true has to be followed by `release`.
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

    /// A host has a whole /64 of IPv6 to itself.
    private static func key(_ address: IPAddress) -> [UInt8] {
        Array(address.bytes.count > 4 ? address.bytes.prefix(8) : address.bytes[...])
    }
}
