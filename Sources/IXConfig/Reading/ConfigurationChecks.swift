import IXCore

/// Rules between two keys. A rule skips keys with a fault of their own.
extension Settings {
    mutating func checkAcross() {
        checkLease()
        checkConnections()
    }

    private mutating func checkLease() {
        let (heartbeat, lease) = ("worker.heartbeat_seconds", "worker.lease_seconds")
        let (beat, length) = (self[heartbeat].value.duration, self[lease].value.duration)
        guard isSound(heartbeat), isSound(lease), beat * 2 >= length else { return }
        let (beatText, lengthText) = (beat.decimalSeconds, length.decimalSeconds)
        if self[heartbeat].origin == .standard {
            refuse(
                lease, self[lease].origin,
                "must be more than twice \(heartbeat), which is \(beatText), is \(lengthText)")
        } else {
            refuse(
                heartbeat, self[heartbeat].origin,
                "must be less than half of \(lease), which is \(lengthText), is \(beatText)")
        }
    }

    /// Limits the workers per connection. A connection serves many workers because its calls are short.
    private mutating func checkConnections() {
        let (count, connections) = ("worker.count", "postgres.connections")
        guard isSound(count), isSound(connections) else { return }
        let (workers, served) = (self[count].value.integer, self[connections].value.integer * Self.workersPerConnection)
        guard workers > served else { return }
        refuse(
            count, self[count].origin,
            "must be at most \(served), \(Self.workersPerConnection) for each of \(connections), is \(workers)")
    }

    /// Refuses `kind = "postgres"` without an address and without PG* variables. The missing address may be a lost
    /// credential, and libpq would then connect to its own default database.
    mutating func checkAddress(_ environment: [String: String]) {
        let (kind, url) = ("store.kind", "postgres.url")
        guard isSound(kind), isSound(url), self[kind].value.text == StoreKind.postgres.rawValue,
            self[url].value.secret.isEmpty, !environment.keys.contains(where: { $0.hasPrefix("PG") })
        else { return }
        refuse(
            url, self[kind].origin,
            "no database is named: set \(url), IX_POSTGRES_URL, the credential postgres-url or PG* variables; "
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

    private static let workersPerConnection = 250
}
