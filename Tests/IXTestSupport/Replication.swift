/// A primary and a hot standby that follows it: synchronously, so that what the one acknowledged the other has, unless
/// told otherwise.
package final class Replication: Sendable {
    private let primary: PrivateCluster
    private let standby: PrivateCluster
    /// An address that names both and leads to the one that can be written to.
    package let url: String

    package init(isSynchronous: Bool = true) async throws {
        primary = try await PrivateCluster()
        standby = try await PrivateCluster(following: primary)
        let (first, second) = (try ServerAddress(primary.url), try ServerAddress(standby.url))
        url = first.url([
            "host": "\(first["host"] ?? ""),\(second["host"] ?? "")", "port": "5432,5432",
            "target_session_attrs": "read-write",
        ])
        if isSynchronous { try await synchronize() }
    }

    /// The way to the primary alone, for a proxy to stand in.
    package var primaryAddress: ServerAddress { get throws { try ServerAddress(primary.url) } }

    /// The same servers, with the way to the primary changed.
    package func address(of database: TestDatabase, detour: [String: String]) throws -> String {
        let hosts = (detour["host"] ?? "", try ServerAddress(standby.url)["host"] ?? "")
        return try database.address.url(
            detour.merging(["host": "\(hosts.0),\(hosts.1)", "port": "\(detour["port"] ?? ""),5432"]) { $1 })
    }

    /// The standby has everything up to now and gets nothing that comes later.
    package func detachStandby() async throws {
        let (source, copy) = (SQLSession(primary.url), SQLSession(standby.url))
        let end = try await source.sql("SELECT pg_current_wal_flush_lsn()")[0][0]
        let hasAll = try await eventually {
            try await copy.sql("SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn", [end])[0][0] == "t"
        }
        try await copy.sql("ALTER SYSTEM SET primary_conninfo = ''")
        try await copy.sql("SELECT pg_reload_conf()")
        let isAlone = try await eventually { try await source.sql("SELECT 1 FROM pg_stat_replication").isEmpty }
        await source.close()
        await copy.close()
        guard hasAll, isAlone else { throw TestFailure("the standby isn't detached") }
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
