internal import IXCommand
internal import IXConfig
internal import IXPostgres
internal import IXStore

/// `QueuesCheck` names the reasons which keep jobs in line without end (pauses of over an hour, limits of 0), and
/// settings which differ from the configuration files.
struct QueuesCheck: Check {
    let requires = Prerequisite.schema

    func findings(_ context: DoctorContext) async -> [Finding] {
        guard let probe = context.probe else { return [] }
        do throws(StoreError) {
            let (halted, keys) = (try await probe.ask(.queues), try await probe.ask(.fileKeys))
            return Self.findings(halted) + Self.strayKeys(keys)
                + Self.unenteredKeys(context.configuration.queues, keys)
        } catch {
            return [.refused("queues", error, "see privileges")]
        }
    }

    /// Keys of a file whose daemon is gone, which no other door may set.
    static func strayKeys(_ rows: [[String: String]]) -> [Finding] {
        rows.filter { $0["is_live"] != "t" }.map { row in
            let name = "queues.\(row["queue"] ?? "?").\(row["key"] ?? "?")"
            return .warning(
                "queues", "\(name) is set by \(row["file"] ?? "?") of host \(row["host"] ?? "?"), where no daemon runs",
                "start a daemon there, or reload another, which frees the key if its own files lack it")
        }
    }

    /// Keys of this host's files that are not in force.
    static func unenteredKeys(_ queues: [QueueConfiguration], _ rows: [[String: String]]) -> [Finding] {
        queues.flatMap { queue in
            queue.values.sorted { $0.key < $1.key }.compactMap { key, wanted in
                let row = rows.first { $0["queue"] == queue.name && $0["key"] == key }
                guard row?["value"] != wanted else { return nil }
                let inForce = row.map {
                    "\($0["value"] ?? "?") is in force, by \($0["file"] ?? "?") of host \($0["host"] ?? "?")"
                }
                return .warning(
                    "queues",
                    "queues.\(queue.name).\(key) is \(wanted) in \(queue.file), and \(inForce ?? "not entered")",
                    "reload the daemon (systemctl reload ix-worker)")
            }
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
