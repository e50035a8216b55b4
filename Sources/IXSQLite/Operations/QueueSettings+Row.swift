import GRDB
import IXStore

extension QueueSettings {
    init(_ row: Row) {
        self.init(row["queue"] as String)
        pausedAt = row["paused_at"]
        useCases = (row["use_cases"] as String?).flatMap(Self.names)
        concurrency = row["concurrency"]
        groupConcurrency = row["group_concurrency"]
        isStrict = row["strict"] as Int? == 1
        rate = Rate(row["rate"], row["rate_seconds"])
        groupRate = Rate(row["group_rate"], row["group_rate_seconds"])
        burst = row["burst"]
        // A walk over the lines has no use for these.
        clientDepth = row.hasColumn("client_depth") ? row["client_depth"] : nil
        groupBy = row.hasColumn("group_by") ? row["group_by"] : nil
        origins = row.hasColumn("file_keys") ? QueueKeyOrigin.all(row["file_keys"] ?? "{}") : [:]
    }
}
