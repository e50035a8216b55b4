import FoundationEssentials
package import IXCore
import IXSchedules

extension ScheduleState {
    private static let plan: Set = ["next_at", "last_at", "last_job", "paused_at", "paused_reason"]

    /// The schedule as it moves to another store: the definition, the plan and the pause. The configuration file that sets it stays
    /// behind with its daemon.
    package var record: String {
        let one = definition
        return JSONPairs(
            [("name", JSONPairs.literal(one.name)), ("request", one.request)] + one.members + [
                ("next_at", JSONPairs.literal(isOver ? "infinity" : nextAt?.text)),
                ("last_at", JSONPairs.literal(lastAt?.text)),
                ("last_job", JSONPairs.literal(lastJob?.uuidString.lowercased())),
                ("paused_at", JSONPairs.literal(pausedAt)), ("paused_reason", JSONPairs.literal(pausedReason)),
            ]
        ).text
    }

    /// Reads a schedule that `record` returned. Failure: `InvalidInput` names the member.
    package init(record: JSONDocument) throws(InvalidInput) {
        let name = try record.required("name", try record.text("name"))
        self.init(try ScheduleDefinition(name, record.without(Self.plan.union(["name"]))), version: 1)
        isOver = try record.text("next_at") == "infinity"
        nextAt = isOver ? nil : try Self.moment("next_at", record)
        (lastAt, lastJob) = (try Self.moment("last_at", record), try record.uuid("last_job"))
        (pausedAt, pausedReason) = (try Self.moment("paused_at", record)?.text, try record.text("paused_reason"))
        guard pausedReason == nil || pausedAt != nil else {
            throw InvalidInput("paused_at", "is missing beside paused_reason")
        }
    }

    private static func moment(_ name: String, _ record: JSONDocument) throws(InvalidInput) -> Timestamp? {
        guard let text = try record.text(name) else { return nil }
        guard let moment = Timestamp(text) else {
            throw InvalidInput(name, "is no time; write it like 2026-03-04T05:06:07.000008Z")
        }
        return moment
    }
}
