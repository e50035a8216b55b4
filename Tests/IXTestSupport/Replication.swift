/// A primary and its hot standby. By default the replication is synchronous: the standby has every acknowledged commit.
package final class Replication: Sendable {
    let primary: PrivateCluster
    let standby: PrivateCluster
    /// An address which names both servers and leads to the writable server.
    package let url: String

    /// Starts both servers.
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

    /// The primary's address alone, for a proxy before the primary.
    package var primaryAddress: ServerAddress { get throws { try ServerAddress(primary.url) } }

    /// Returns the database's address on both servers, with the primary's host and port replaced by `detour`.
    package func address(of database: TestDatabase, detour: [String: String]) throws -> String {
        let hosts = (detour["host"] ?? "", try ServerAddress(standby.url)["host"] ?? "")
        return try database.address.url(
            detour.merging(["host": "\(hosts.0),\(hosts.1)", "port": "\(detour["port"] ?? ""),5432"]) { $1 })
    }

    /// Detaches the standby: the standby has all commits up to now, and receives no later commits.
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

    /// Makes the primary wait for its standby. The setting is made after the copy, because a promoted standby with the
    /// setting would wait for a standby of its own.
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

    /// Crashes the primary, which stays down.
    package func crashPrimary() async throws { try await primary.crash() }

    /// Promotes the standby; returns when the standby accepts writes.
    package func promoteStandby() async throws { try await standby.promote() }

    /// Ends both servers; returns when every trace is removed.
    package func remove() async throws {
        try await standby.remove()
        try await primary.remove()
    }
}
