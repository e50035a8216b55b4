/// `TableUpkeep` tells what deletes the rows of each table, in the words of the migration that makes the table. The text of
/// an applied migration can't change, so the tables that got their cutter later stand here.
package enum TableUpkeep {
    /// What cuts each table of ix-worker, by the table's name.
    package static let cutters: [String: String] = {
        var cutters = [
            "ix_jobs": "the prune duty, as [retention] says, or `ixctl prune`",
            "ix_daemons": "the prune duty, 30 days after the lease",
            "ix_refused_writes": "the prune duty, after 90 days or behind 100,000 newer rows",
            "ix_moved_batches": "the prune duty, 400 days after the last batch of the export",
            "ix_schema_migrations": "nothing; it has a row for each version",
            "ix_schema_objects": "nothing; it has a row for each function",
        ]
        for file in SQLFile.all where file.folder == "migrations" && file.name.hasSuffix("_up") {
            cutters.merge(named(in: file.text)) { later, _ in later }
        }
        return cutters
    }()

    /// The tables that have rows of each job, and lose the rows with the job.
    package static let tablesOfJobs =
        ["ix_jobs"] + cutters.filter { $0.value == "the prune duty, with the job" }.keys.sorted()

    /// Returns the words behind `Cut by:` in the comment above each table.
    private static func named(in text: String) -> [String: String] {
        let mark = "-- Cut by: "
        var (cutters, cutter) = ([String: String](), String?.none)
        for line in text.split(separator: "\n") {
            if line.hasPrefix(mark) { cutter = String(line.dropFirst(mark.count).prefix { $0 != "." }) }
            guard let words = cutter, line.hasPrefix("CREATE TABLE ") else { continue }
            cutters[line.split(separator: " ")[2].description] = words
            cutter = nil
        }
        return cutters
    }
}
