internal import IXCommand
internal import IXConfig
internal import IXPostgres
internal import IXStore

/// `FailoverCheck` compares the lease with the time of a failover, where the server shows that another server may take its
/// place. A failover that outlasts the lease stops running jobs, which start again.
struct FailoverCheck: Check {
    let requires = Prerequisite.database
    /// The seconds of a failover by Patroni with its default settings: `ttl` 30, `loop_wait` 10, and the promotion.
    private static let patroni = 45

    func findings(_ context: DoctorContext) async -> [Finding] {
        guard let probe = context.probe else { return [] }
        do throws(StoreError) {
            let lease = Int(context.configuration.worker.lease / .seconds(1))
            return try await probe.ask(.failover).first.map { Self.findings($0, lease: lease) } ?? []
        } catch {
            return [.refused("failover", error, "the server's statistics must be readable")]
        }
    }

    static func findings(_ row: [String: String], lease: Int) -> [Finding] {
        let (standbys, isPatroni) = (row["standbys"].flatMap { Int($0) } ?? 0, row["is_patroni"] == "t")
        guard standbys > 0 || isPatroni else { return [] }
        let names = row["names"] ?? ""
        let copies =
            names.isEmpty
            ? "standbys: \(standbys), asynchronous; a failover may lose the newest acknowledged jobs"
            : "standbys: \(standbys), synchronous_standby_names = '\(names)'"
        guard isPatroni, lease < patroni else {
            return [.ok("failover", "\(copies); lease_seconds = \(lease)")]
        }
        return [
            .ok("failover", copies),
            .warning(
                "failover",
                "lease_seconds = \(lease), and Patroni (\(row["cluster"] ?? "?")) by default takes up to \(patroni) s for a "
                    + "failover: jobs that run meanwhile may be stopped and start again",
                "[worker] lease_seconds = 60; at least ttl + loop_wait + 15, as `patronictl show-config` has them"),
        ]
    }
}
