/// A primary and a hot standby that follows it synchronously: what the one acknowledged, the other has.
package final class Replication: Sendable {
    private let primary: PrivateCluster
    private let standby: PrivateCluster
    /// An address that names both and leads to the one that can be written to.
    package let url: String

    package init() async throws {
        primary = try await PrivateCluster()
        standby = try await PrivateCluster(following: primary)
        let (first, second) = (try ServerAddress(primary.url), try ServerAddress(standby.url))
        url = first.url([
            "host": "\(first["host"] ?? ""),\(second["host"] ?? "")", "port": "5432,5432",
            "target_session_attrs": "read-write",
        ])
        try await synchronize()
    }

    /// Said to the primary alone, after the copy was made: promoted, the standby must not wait for one of its own.
    private func synchronize() async throws {
        let session = SQLSession(primary.url)
        try await session.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
        try await session.sql("SELECT pg_reload_conf()")
        let isSynchronous = try await eventually {
            try await session.sql("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'").count == 1
        }
        await session.close()
        guard isSynchronous else { throw TestFailure("the standby doesn't follow") }
    }

    /// The primary crashes and stays away.
    package func crashPrimary() async throws { try await primary.crash() }

    /// Returns when the standby can be written to.
    package func promoteStandby() async throws { try await standby.promote() }

    package func remove() async throws {
        try await standby.remove()
        try await primary.remove()
    }
}
