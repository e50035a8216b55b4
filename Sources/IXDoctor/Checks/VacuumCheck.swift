internal import IXCommand
internal import IXPostgres
internal import IXStore

/// `VacuumCheck` checks that the dead rows of `ix_jobs` are cleared in time, because a queue makes several dead rows
/// for each job.
struct VacuumCheck: Check {
    let requires = Prerequisite.schema
    private static let (many, oldAge) = (100_000.0, 1_000_000_000)

    func findings(_ context: DoctorContext) async -> [Finding] {
        guard let probe = context.probe else { return [] }
        do throws(StoreError) {
            let server = try await probe.ask(.server).first ?? [:]
            guard let table = try await probe.ask(.vacuum).first else { return [] }
            return [Self.finding(table, isOn: server["has_autovacuum"] == "t" && table["is_off"] != "t")]
        } catch {
            return [.refused("autovacuum", error, "the server's statistics must be readable")]
        }
    }

    static func finding(_ table: [String: String], isOn: Bool) -> Finding {
        let (live, dead) = (Double(table["live"] ?? "") ?? 0, Double(table["dead"] ?? "") ?? 0)
        let count = "\(Int(dead)) dead rows beside \(Int(live)) in ix_jobs"
        guard isOn else {
            return .fault(
                "autovacuum", "it is off; \(count)",
                "set autovacuum = on in postgresql.conf, and run ALTER TABLE ix_jobs RESET (autovacuum_enabled)")
        }
        if Int(table["age"] ?? "").map({ $0 > oldAge }) ?? false {
            return .warning(
                "autovacuum", "ix_jobs was not frozen for over a billion transactions", "VACUUM (FREEZE) ix_jobs")
        }
        guard dead > many, dead > live / 2 else { return .ok("autovacuum", "on; \(count)") }
        return .warning(
            "autovacuum", "it falls behind: \(count)",
            "VACUUM ix_jobs; if dead rows stay, see xmin_horizon; else raise autovacuum_max_workers or lower its cost "
                + "delay"
        )
    }
}
