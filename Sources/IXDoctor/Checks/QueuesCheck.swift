internal import IXCommand
internal import IXPostgres
internal import IXStore

/// `QueuesCheck` names what keeps jobs in line without end: pauses of over an hour, and limits of 0.
struct QueuesCheck: Check {
    let requires = Prerequisite.schema

    func findings(_ context: DoctorContext) async -> [Finding] {
        guard let probe = context.probe else { return [] }
        do throws(StoreError) { return Self.findings(try await probe.ask(.queues)) } catch {
            return [.refused("queues", error, "see privileges")]
        }
    }

    static func findings(_ rows: [[String: String]]) -> [Finding] {
        rows.map { row in
            let queue = row["queue"] ?? "?"
            let group = row["group_key"]
            let name = group.map { "group \($0) of queue \(queue)" } ?? "queue \(queue)"
            let (command, target) = (
                group == nil ? "queue" : "group", ([queue] + [group].compactMap(\.self)).joined(separator: " ")
            )
            guard row["is_paused"] == "t" else {
                return .warning(
                    "queues", "\(name) starts no job, because its limit is 0",
                    "ixctl \(command) set \(target) concurrency=…")
            }
            return .warning(
                "queues", "\(name) has been paused for \(row["hours"] ?? "?") h, and jobs wait",
                "ixctl \(command) resume \(target)")
        }
    }
}
