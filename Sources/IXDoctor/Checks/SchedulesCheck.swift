internal import IXPostgres
internal import IXStore

/// `SchedulesCheck` names the schedules that insert no job, though no operator has paused them.
struct SchedulesCheck: Check {
    let requires = Prerequisite.schema

    func findings(_ context: DoctorContext) async -> [Finding] {
        guard let probe = context.probe else { return [] }
        do throws(StoreError) { return Self.findings(try await probe.ask(.schedules)) } catch {
            return [.refused("schedules", error, "see privileges")]
        }
    }

    static func findings(_ rows: [[String: String]]) -> [Finding] {
        rows.map { row in
            let name = row["name"] ?? "?"
            guard let reason = row["reason"] else {
                return .warning(
                    "schedules", "schedule \(name) is \(row["minutes"] ?? "?") min late, and no daemon has fired it",
                    "journalctl IX_EVENT=schedule_held_up has the reason; does a daemon run?")
            }
            let advice =
                row["file"].map { "change schedules.\(name) in \($0), or what the reason names, and reload the daemon" }
                ?? "ixctl schedule set \(name) …, which lets it go on"
            return .warning(
                "schedules", "schedule \(name) is paused, because it can insert no job: \(reason)", advice)
        }
    }
}
