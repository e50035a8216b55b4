/// Rules that bind two keys. A key with a fault of its own is left alone.
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

    /// A connection makes short calls only, so it serves many workers, but not without end.
    private mutating func checkConnections() {
        let (count, connections) = ("worker.count", "postgres.connections")
        guard isSound(count), isSound(connections) else { return }
        let (workers, served) = (self[count].value.integer, self[connections].value.integer * Self.workersPerConnection)
        guard workers > served else { return }
        refuse(
            count, self[count].origin,
            "must be at most \(served), \(Self.workersPerConnection) for each of \(connections), is \(workers)")
    }

    /// Who says PostgreSQL and not where may have lost what said it, a credential perhaps: that must not end in a search of
    /// libpq's own.
    mutating func checkAddress(_ environment: [String: String]) {
        let (kind, url) = ("store.kind", "postgres.url")
        guard isSound(kind), isSound(url), self[kind].value.text == StoreKind.postgres.rawValue,
            self[url].value.secret.isEmpty, !environment.keys.contains(where: { $0.hasPrefix("PG") })
        else { return }
        refuse(
            url, self[kind].origin,
            "nobody says where the database is: \(url), IX_POSTGRES_URL, the credential postgres-url or PG* variables; "
                + "postgresql:// stands for libpq's own defaults")
    }

    /// libpq takes its own variables as they are: one with a line end in it names a database that can't be there.
    mutating func checkLibraryVariables(_ environment: [String: String]) {
        for name in Self.libraryVariables where environment[name]?.contains(where: \.isNewline) == true {
            refuse(name, .environment(name), "holds a line end, which libpq would take for a part of it")
        }
    }

    private static let libraryVariables = [
        "PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD", "PGPASSFILE", "PGSERVICE",
        "PGSERVICEFILE", "PGSSLMODE",
    ]

    private static let workersPerConnection = 250
}
