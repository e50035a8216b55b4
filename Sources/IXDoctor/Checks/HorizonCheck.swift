internal import IXCommand
internal import IXPostgres
internal import IXStore

/// `HorizonCheck` looks for holders of the server's xmin horizon. Vacuum can't clear rows that an old transaction might
/// still see, and claims must step over such rows.
struct HorizonCheck: Check {
    let needs = Need.database
    /// The age of a hold that is reported: in transactions, and in seconds.
    private static let (behind, old) = (100_000, 300)

    func findings(_ patient: Patient) async -> [Finding] {
        guard let probe = patient.probe else { return [] }
        do throws(StoreError) {
            let held = try await probe.ask(.horizon, ["\(Self.behind)", "\(Self.old)"])
            guard !held.isEmpty else { return [.ok("horizon", "nobody holds it")] }
            return held.map(Self.finding)
        } catch {
            return [.refused("horizon", error, "the server's statistics must be readable")]
        }
    }

    static func finding(_ holder: [String: String]) -> Finding {
        let (kind, name) = (holder["kind"] ?? "?", holder["name"] ?? "?")
        let since = holder["seconds"].flatMap(Double.init).map { " for \(Int($0)) s" } ?? ""
        let advice =
            switch kind {
            case "transaction": "end it (pg_terminate_backend), and set idle_in_transaction_session_timeout"
            case "prepared transaction": "COMMIT PREPARED or ROLLBACK PREPARED it"
            case "replication slot": "is its reader gone? pg_drop_replication_slot"
            default: "hot_standby_feedback sends its oldest query here; end that"
            }
        return .warning(
            "horizon", "\(kind) \(name) holds it\(since), \(holder["age"] ?? "?") transactions back", advice)
    }
}
