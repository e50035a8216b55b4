internal import IXCommand
internal import IXConfig
internal import IXPostgres
internal import IXStore

/// `DatabaseCheck` checks that the database answers, accepts writes, has a supported version, and has free connections
/// for a daemon.
struct DatabaseCheck: Check {
    let requires = Prerequisite.nothing
    static let oldest = 140_000

    func findings(_ context: DoctorContext) async -> [Finding] {
        guard let probe = context.probe else { return [] }
        let start = ContinuousClock.now
        do throws(StoreError) {
            guard let server = try await probe.ask(.server).first else { return [] }
            let milliseconds = Int((ContinuousClock.now - start) / .milliseconds(1))
            return Self.findings(server, milliseconds, Self.wanted(context.configuration))
        } catch {
            return [.refused("database", error, Self.advice(error))]
        }
    }

    /// The connections of a daemon to its primary: of workers, duties, lease, callbacks, the lock watch and the listener, and
    /// of the HTTP server, which listens on a network or a socket file only where the configuration says so.
    private static func wanted(_ configuration: Configuration) -> Int {
        let serves = !["auto", "off"].contains(configuration.http.listen.first)
        return configuration.postgres.connections + 5 + (serves ? 4 : 0)
    }

    private static func findings(_ server: [String: String], _ milliseconds: Int, _ wanted: Int) -> [Finding] {
        let version = server["version"] ?? "?"
        guard Int(server["number"] ?? "").map({ $0 >= oldest }) ?? false else {
            return [.fault("database", "PostgreSQL \(version) is too old", "14 or newer is needed")]
        }
        guard server["is_read_only"] != "t" else {
            return [
                .fault(
                    "database",
                    "the server accepts no writes" + (server["is_standby"] == "t" ? ": it is a standby" : ""),
                    "name the primary, or all hosts with target_session_attrs=read-write", .unavailable)
            ]
        }
        let target = "\(server["database"] ?? "?") as \(server["role_name"] ?? "?")"
        var found = [
            Finding.ok("database", "PostgreSQL \(version), \(target), connected and answered in \(milliseconds) ms")
        ]
        let free = (Int(server["connections"] ?? "") ?? 0) - (Int(server["connected"] ?? "") ?? 0)
        if free < wanted {
            found.append(
                .warning(
                    "database", "\(free) connections are free; a daemon needs \(wanted)",
                    "raise max_connections, or set [postgres] connections lower"))
        }
        if server["has_fsync"] == "f" {
            found.append(
                .warning("database", "fsync is off: a power cut loses jobs", "set fsync = on in postgresql.conf"))
        }
        return found
    }

    private static func advice(_ error: StoreError) -> String {
        if error.storeCode == "3D000" { return "check the address, or run `createdb`; a first start ends with 78" }
        if error.code == .permission || error.isRefusal {
            return "check the role, its password and pg_hba.conf; `ix-worker config` shows where each value came from"
        }
        return switch error.code {
        case .misconfigured: "see docs/deployment.md, Behind PgBouncer"
        default: "check the address, the server and any firewall; a daemon waits for the database"
        }
    }
}
