internal import IXCommand
internal import IXPostgres
internal import IXStore

/// `XminHorizonCheck` looks for holders of the server's xmin horizon. Vacuum can't clear rows that an old transaction
/// might still see, and claims must step over such rows.
struct XminHorizonCheck: Check {
    let requires = Prerequisite.database
    /// The age of a hold that is reported: in transactions, and in seconds.
    private static let (behind, old) = (100_000, 300)

    func findings(_ context: DoctorContext) async -> [Finding] {
        guard let probe = context.probe else { return [] }
        do throws(StoreError) {
            let held = try await probe.ask(.xminHorizon, ["\(Self.behind)", "\(Self.old)"])
            guard !held.isEmpty else { return [.ok("xmin_horizon", "no transaction, slot or standby holds it")] }
            return held.map(Self.finding)
        } catch {
            return [.refused("xmin_horizon", error, "the server's statistics must be readable")]
        }
    }

    static func finding(_ holder: [String: String]) -> Finding {
        let (kind, name) = (holder["kind"] ?? "?", holder["name"] ?? "?")
        let since = holder["seconds"].flatMap(Double.init).map { " for \(Int($0)) s" } ?? ""
        let advice =
            switch kind {
            case "transaction": "end the session (pg_terminate_backend), and set idle_in_transaction_session_timeout"
            case "prepared transaction": "COMMIT PREPARED or ROLLBACK PREPARED it"
            case "replication slot": "drop it with pg_drop_replication_slot if its reader is gone"
            default: "hot_standby_feedback reports the standby's oldest query to this server; end that query"
            }
        return .warning(
            "xmin_horizon", "\(kind) \(name) holds the xmin horizon\(since), \(holder["age"] ?? "?") transactions back",
            advice)
    }
}
