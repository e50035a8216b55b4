import IXCore
package import IXStore

extension PostgresStore {
    /// Throws `busy` while a daemon holds a lease or a row runs without a lease, because a server can't lock daemons
    /// out. `forced` skips the check.
    package func excludeDaemons(forced: Bool) async throws(StoreError) {
        if forced { return }
        let statistics = try await perform { try $0.statistics(countingEnded: false) }
        let daemons = statistics.daemons.count
        let foreign = statistics.total.running - statistics.daemons.reduce(0) { $0 + $1.jobs }
        var there: [String] = []
        if daemons > 0 { there.append(daemons == 1 ? "1 daemon runs" : "\(daemons) daemons run") }
        if foreign > 0 {
            there.append("\(foreign == 1 ? "1 job runs" : "\(foreign) jobs run") at a worker without a lease")
        }
        guard !there.isEmpty else { return }
        throw StoreError(
            .busy, operation: "exclude_daemons",
            message: there.joined(separator: ", ") + "; stop them first, or use --force, which takes their jobs away")
    }
}

extension ConnectionParameters {
    /// The database's address for people, without secrets: `PostgreSQL at host:port/dbname`.
    package var location: String { "PostgreSQL at \(address)" }

    /// A text that distinguishes the database and the account from other databases and accounts. Passwords are left
    /// out, because passwords change.
    package var account: String {
        // ignored: the check of the address reports an unreadable address
        let said = (try? address.options()) ?? [:]
        return "\(address) as \(said["user"] ?? PostgresAddress.defaults["user"] ?? "")"
    }
}
