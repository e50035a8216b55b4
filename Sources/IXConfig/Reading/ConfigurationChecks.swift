import IXCore

/// Rules between two keys. A rule skips keys with a fault of their own.
extension Settings {
    mutating func checkAcross() {
        checkLease()
        checkConnections()
        checkTraces()
        checkQueues()
        checkReads()
    }

    /// Refuses a standby's address beside the embedded file, which has no standby.
    private mutating func checkReads() {
        guard storeKind == .sqlite, !self[\.postgres.readURL].isEmpty else { return }
        refuse(
            \.postgres.readURL, origin(\.postgres.readURL),
            "needs PostgreSQL: the embedded file has no standby, and store.kind is sqlite")
    }

    private mutating func checkQueues() {
        let names = self[\.worker.queues]
        guard names != ["*"] else { return }
        let reason: String? =
            if names.isEmpty { "is empty; \"*\" stands for every queue" } else if names.contains("*") {
                "holds * beside other names"
            } else if Set(names).count < names.count { "names a queue twice" } else {
                names.lazy.compactMap(Self.fault).first
            }
        if let reason { refuse(\.worker.queues, origin(\.worker.queues), reason) }
    }

    /// Returns the fault of a queue's name; nil for a good one.
    private static func fault(_ queue: String) -> String? {
        do throws(InvalidInput) { try Keys.validated(queue, field: "queue") } catch {
            return "holds a name that \(error.reason)"
        }
        return nil
    }

    private mutating func checkTraces() {
        let (ratio, link) = (self[\.traces.ratio], self[\.traces.link])
        if !ratio.isEmpty, Double(ratio).map({ (0...1).contains($0) }) != true {
            refuse(\.traces.ratio, origin(\.traces.ratio), "must be a number from 0 to 1, is \"\(ratio)\"")
        }
        guard !link.isEmpty, !(link.contains("{trace_id}") && link.hasPrefix("http")) else { return }
        refuse(
            \.traces.link, origin(\.traces.link),
            "must be an http or https URL with {trace_id} in it, such as https://tempo.example/trace/{trace_id}")
    }

    private mutating func checkLease() {
        let keys = ConfigurationKeys.standard.worker
        let (heartbeat, lease) = (keys.heartbeatSeconds.definition.path, keys.leaseSeconds.definition.path)
        let (beat, length) = (self[\.worker.heartbeatSeconds], self[\.worker.leaseSeconds])
        guard isSound(\.worker.heartbeatSeconds), isSound(\.worker.leaseSeconds), beat * 2 >= length else { return }
        let (beatText, lengthText) = (beat.decimalSeconds, length.decimalSeconds)
        if origin(\.worker.heartbeatSeconds) == .standard {
            refuse(
                \.worker.leaseSeconds, origin(\.worker.leaseSeconds),
                "must be more than twice \(heartbeat), which is \(beatText), is \(lengthText)")
        } else {
            refuse(
                \.worker.heartbeatSeconds, origin(\.worker.heartbeatSeconds),
                "must be less than half of \(lease), which is \(lengthText), is \(beatText)")
        }
    }

    /// Limits the workers per connection. A connection serves many workers because its calls are short.
    private mutating func checkConnections() {
        guard isSound(\.worker.count), isSound(\.postgres.connections) else { return }
        let (workers, served) = (self[\.worker.count], self[\.postgres.connections] * Limits.workersPerConnection)
        let connections = ConfigurationKeys.standard.postgres.connections.definition.path
        guard workers > served else { return }
        refuse(
            \.worker.count, origin(\.worker.count),
            "must be at most \(served), \(Limits.workersPerConnection) for each of \(connections), is \(workers)")
    }

    /// Refuses `kind = "postgres"` without an address and without PG* variables. The missing address may be a lost
    /// credential, and libpq would then connect to its own default database.
    mutating func checkAddress(_ environment: [String: String]) {
        guard isSound(\.store.kind), isSound(\.postgres.url), self[\.store.kind] == StoreKind.postgres.rawValue,
            self[\.postgres.url].isEmpty, !environment.keys.contains(where: { $0.hasPrefix("PG") })
        else { return }
        refuse(
            \.postgres.url, origin(\.store.kind),
            "no database is named: set postgres.url, IX_POSTGRES_URL, the credential postgres-url or PG* variables; "
                + "postgresql:// means libpq's own defaults")
    }

    /// Refuses a PG* variable with a line end, because libpq takes its variables unchanged and would look for a
    /// database that can't exist.
    mutating func checkLibraryVariables(_ environment: [String: String]) {
        for name in Self.libraryVariables where environment[name]?.contains(where: \.isNewline) == true {
            refuse(name, .environment(name), "holds a line end, which libpq would read as part of the value")
        }
    }

    private static let libraryVariables = [
        "PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD", "PGPASSFILE", "PGSERVICE",
        "PGSERVICEFILE", "PGSSLMODE",
    ]

}
