internal import IXCommand
internal import IXPostgres
internal import IXStore

/// `SizesCheck` reports the size of every table, what a day adds, and what cuts the table. A queue that keeps every ended
/// job fills a disk in the end.
struct SizesCheck: Check {
    let requires = Prerequisite.schema
    /// The size in bytes of all tables from which jobs that are kept for ever cause a warning.
    private static let much = 10 << 30

    func findings(_ context: DoctorContext) async -> [Finding] {
        guard let probe = context.probe else { return [] }
        do throws(StoreError) {
            let lists = [TableUpkeep.cutters.keys.sorted(), TableUpkeep.tablesOfJobs]
            return Self.findings(try await probe.ask(.sizes, lists.map { "{\($0.joined(separator: ","))}" }))
        } catch {
            return [.refused("sizes", error, "another session may hold a lock on a table; see database")]
        }
    }

    static func findings(_ rows: [[String: String]]) -> [Finding] {
        let (full, empty) = (rows.filter { $0["is_empty"] != "t" }, rows.filter { $0["is_empty"] == "t" })
        let all = rows.reduce(0) { $0 + bytes($1, "bytes") }
        var found = full.map(finding)
        found.append(
            .ok("sizes", "\(rows.count) tables take \(ByteText.of(all)), and \(empty.count) of them are empty"))
        if all >= much, rows.contains(where: { $0["name"] == "ix_jobs" && $0["deleted"] == "0" }) {
            found.append(
                .warning(
                    "sizes",
                    "no job was deleted since the server began to count, and the tables take \(ByteText.of(all))",
                    "[retention] done_days = 30, error_days = 90 for a daemon; first `ixctl prune --done-days 30 --dry-run`"
                ))
        }
        return found
    }

    private static func finding(_ row: [String: String]) -> Finding {
        let name = row["name"] ?? "?"
        let daily = bytes(row, "daily")
        let isOfJobs = TableUpkeep.tablesOfJobs.contains(name)
        let growth =
            daily > 0
            ? isOfJobs ? ", new jobs add \(ByteText.of(daily)) a day" : ", grows by \(ByteText.of(daily)) a day" : ""
        return .ok(
            "sizes",
            "\(name) takes \(ByteText.of(bytes(row, "bytes")))\(growth); cut by: \(TableUpkeep.cutters[name] ?? "nothing")"
        )
    }

    private static func bytes(_ row: [String: String], _ column: String) -> Int { row[column].flatMap { Int($0) } ?? 0 }
}
