internal import IXCommand
internal import IXConfig
internal import IXPostgres
internal import IXStore

/// `PoolerCheck` checks the settings that a pooler in transaction mode needs.
struct PoolerCheck: Check {
    let requires = Prerequisite.database

    func findings(_ context: DoctorContext) async -> [Finding] {
        guard let probe = context.probe else { return [] }
        let postgres = context.configuration.postgres
        do throws(StoreError) {
            guard try await probe.isPooled() else {
                return [.ok("pooler", "none: the address leads to the server itself")]
            }
            if postgres.prepared {
                return [
                    .fault(
                        "pooler", "the address leads to a pooler, but statements are prepared",
                        "set [postgres] prepared = false"
                    )
                ]
            }
            guard postgres.listenURL != postgres.url else {
                return [
                    .warning(
                        "pooler", "no notification comes through the pooler; jobs are found by polling",
                        "set [postgres] listen_url to the server's own address, or to \"off\" for polling alone"
                    )
                ]
            }
            return [.ok("pooler", "the address leads to a pooler, and the settings suit it")]
        } catch {
            return [.refused("pooler", error, "see docs/deployment.md, Behind PgBouncer")]
        }
    }
}
