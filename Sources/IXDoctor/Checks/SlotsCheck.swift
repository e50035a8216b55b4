internal import IXCommand
internal import IXPostgres
internal import IXStore

/// `SlotsCheck` reports the WAL that replication slots keep on the server's disk. The slot of a reader that is gone keeps
/// WAL until the disk is full, and a full disk stops the queue.
struct SlotsCheck: Check {
    let requires = Prerequisite.database
    /// The WAL in bytes from which a reader that still reads is told of.
    private static let much = 1 << 30

    func findings(_ context: DoctorContext) async -> [Finding] {
        guard let probe = context.probe else { return [] }
        do throws(StoreError) {
            let slots = try await probe.ask(.slots)
            return slots.isEmpty ? [.ok("slots", "the server has no replication slot")] : slots.map(Self.finding)
        } catch {
            return [.refused("slots", error, "the server's statistics must be readable")]
        }
    }

    static func finding(_ slot: [String: String]) -> Finding {
        let (name, bytes) = (slot["name"] ?? "?", slot["bytes"].flatMap { Int($0) })
        let kept = bytes.map { "keeps \(ByteText.of($0)) of WAL" } ?? "keeps no WAL"
        let (isActive, status) = (slot["is_active"] == "t", slot["status"] ?? "")
        let subject = "\(slot["type"] ?? "?") slot \(name) \(kept)"
        let drop = "SELECT pg_drop_replication_slot('\(name)')"
        if status == "lost" || status == "unreserved" {
            return .warning(
                "slots",
                "\(subject), and its reader \(status == "lost" ? "can't go on" : "is about to fall off") (\(status))",
                "copy the standby anew or let Patroni do so; if the reader is gone: \(drop)")
        }
        guard isActive || bytes == nil else {
            let bound = slot["bound"] == "-1" ? ", and set max_slot_wal_keep_size, so that no slot fills the disk" : ""
            return .warning(
                "slots", "\(subject), and nothing reads it", "start its reader; if the reader is gone: \(drop)\(bound)")
        }
        guard bytes ?? 0 < much else {
            return .warning(
                "slots", "\(subject); its reader is that far behind",
                "look at the reader's host and network: SELECT * FROM pg_stat_replication")
        }
        return .ok("slots", subject + (isActive ? ", and is read" : ""))
    }
}
