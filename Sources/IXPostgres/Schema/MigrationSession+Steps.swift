import IXStore

/// The migrator's transactions.
extension MigrationSession {
    func up() throws(StoreError) -> SchemaChanges {
        try checkEncoding()
        try run(SchemaSQL.tables)
        let plan = try plan()
        let missing = try plan.missing()
        if plan.version > 0, let oldest = missing.map(\.oldestDaemon).max() { try refuseOlderDaemons(than: oldest) }
        var changes = SchemaChanges(versions: missing.map(\.version))
        for migration in catalogue.migrations where changes.versions.contains(migration.version) {
            try run(migration.up)
            try run(SchemaSQL.note(migration.step))
        }
        changes.functions = try applyFunctions()
        try applyDescriptions()
        if !missing.isEmpty { changes.indexes = try buildIndexesOfEmptyTables() }
        return changes
    }

    func finish() throws(StoreError) -> [Int] {
        guard try isInstalled() else { throw refusal("the database has no schema: run `ix-worker migrate`") }
        let unfinished = try plan().unfinished().map(\.version)
        for migration in catalogue.migrations where unfinished.contains(migration.version) {
            try refuseOlderDaemons(than: migration.version)
            try run(migration.finish ?? "")
            try run(SchemaSQL.noteFinished(migration.step))
        }
        return unfinished
    }

    func down(forced: Bool) throws(StoreError) -> Bool {
        guard try isInstalled() else { return false }
        _ = try plan().missing()  // ignored: throws when the schema isn't this program's to undo
        let daemons = try count(SchemaSQL.liveDaemons)
        guard forced || daemons == 0 else {
            throw refusal("\(daemons) daemon(s) are running; stop them first, or use --force")
        }
        try run(SchemaSQL.tables)
        try run(SchemaSQL.dropFunctions)
        for migration in catalogue.migrations.reversed() { try run(migration.down) }
        try run(SchemaSQL.dropTables)
        return true
    }

    /// Throws unless a daemon may run on the schema. On a newer schema the newer program answers for its indexes.
    func check() throws(StoreError) {
        try checkEncoding()
        guard try isInstalled() else { return try catalogue.plan([]).checkStart() }
        let plan = try plan()
        try plan.checkStart()
        let unbuilt = plan.isNewer ? [] : try unbuiltIndexes()
        guard unbuilt.isEmpty else {
            throw refusal(
                "the index \(unbuilt.joined(separator: ", ")) is missing or unfinished: run `ix-worker migrate`")
        }
    }
}
