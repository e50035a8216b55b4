internal import IXCommand
internal import IXPostgres
internal import IXStore

/// `LocksCheck` names the sessions for whose locks others wait: a forgotten transaction, a backup, a session that took an
/// advisory lock. Calls of the daemon and of callers wait until such a session ends.
struct LocksCheck: Check {
    let requires = Prerequisite.database
    /// The wait in seconds that is reported.
    private static let long = 2

    func findings(_ context: DoctorContext) async -> [Finding] {
        guard let probe = context.probe else { return [] }
        do throws(StoreError) {
            let holders = try await probe.ask(.locks, ["\(Self.long)"])
            guard !holders.isEmpty else { return [.ok("locks", "no session waits for another's lock")] }
            return holders.map(Self.finding)
        } catch {
            return [.refused("locks", error, "the server's statistics must be readable")]
        }
    }

    static func finding(_ holder: [String: String]) -> Finding {
        let pid = holder["pid"] ?? "?"
        let lock = holder["kind"].map { "an \($0) lock" } ?? "a lock"
        let count = holder["waiting"] ?? "?"
        let sessions = count == "1" ? "1 session waits" : "\(count) sessions wait"
        let waiting = "\(sessions) for up to \(holder["seconds"] ?? "?") s for \(lock)"
        guard pid != "0" else {
            return .warning(
                "locks", "\(waiting) of a prepared transaction",
                "SELECT gid, owner, prepared FROM pg_prepared_xacts; then COMMIT PREPARED or ROLLBACK PREPARED it")
        }
        let names = [holder["program"] ?? "a client", "role \(holder["role"] ?? "?")", holder["state"]].compactMap(
            \.self)
        return .warning(
            "locks", "\(waiting) of pid \(pid) (\(names.joined(separator: ", ")))",
            "SELECT pg_terminate_backend(\(pid)) ends it"
                + (holder["kind"] == nil ? "" : "; REVOKE CONNECT ON DATABASE … FROM PUBLIC keeps further roles away"))
    }
}
