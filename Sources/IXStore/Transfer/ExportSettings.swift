import FoundationEssentials
package import IXCore
import IXSchedules

/// `ExportSettings` holds the queues, the groups with settings of their own and the schedules of a store. They go before the
/// jobs of an export, in one line, so that the line is in the file whole or not at all.
package struct ExportSettings: Sendable, Equatable {
    /// A queue: its settings as a change of a queue without any, and its pause.
    package struct Queue: Sendable, Equatable {
        package let name: String
        package let change: QueueChange
        package let isPaused: Bool
    }

    /// A group with a limit of its own, or paused.
    package struct Group: Sendable, Equatable {
        package let queue: String
        package let key: String
        package let concurrency: Int?
        package let isPaused: Bool
    }

    package var queues: [Queue] = []
    package var groups: [Group] = []
    package var schedules: [ScheduleState] = []

    /// Creates settings of nothing.
    package init() {}

    /// Adds a queue of a store. Failure: `InvalidInput` for a setting that no queue can have.
    package mutating func add(_ settings: QueueSettings) throws(InvalidInput) {
        let members = QueueChange.members(of: settings)
        let document = try JSONDocument(JSONPairs(members).text.utf8, field: "queue", limit: Limits.requestBytes)
        queues.append(
            Queue(name: settings.queue, change: try QueueChange(document), isPaused: settings.pausedAt != nil))
    }

    /// Adds a group of a store, if it has settings of its own.
    package mutating func add(_ group: GroupState, of queue: String) {
        guard group.hasSettings else { return }
        groups.append(
            Group(
                queue: queue, key: group.key, concurrency: group.concurrency, isPaused: group.pausedAt != nil))
    }

    /// The line of an export, with its end.
    package var line: String {
        let lists = [
            ("queues", queues.map(\.json)), ("groups", groups.map(\.json)), ("schedules", schedules.map(\.record)),
        ]
        let members = lists.map { ($0.0, "[" + $0.1.joined(separator: ",") + "]") }
        return "{\"settings\":" + JSONPairs(members).text + "}\n"
    }
}

extension ExportSettings.Queue {
    fileprivate var json: String {
        JSONPairs([("queue", JSONPairs.literal(name)), ("settings", change.json), ("paused", "\(isPaused)")]).text
    }

    init(_ document: JSONDocument) throws(InvalidInput) {
        guard let settings = document["settings"]?.object else {
            throw InvalidInput("settings", "is not a JSON object")
        }
        name = try Keys.validated(document.required("queue", try document.text("queue")), field: "queue")
        (change, isPaused) = (try QueueChange(settings), document["paused"]?.text == "true")
    }
}

extension ExportSettings.Group {
    fileprivate var json: String {
        JSONPairs([
            ("queue", JSONPairs.literal(queue)), ("group_key", JSONPairs.literal(key)),
            ("concurrency", concurrency.map { "\($0)" } ?? "null"), ("paused", "\(isPaused)"),
        ]).text
    }

    init(_ document: JSONDocument) throws(InvalidInput) {
        queue = try Keys.validated(document.required("queue", try document.text("queue")), field: "queue")
        key = try Keys.validated(document.required("group_key", try document.text("group_key")), field: "group_key")
        (concurrency, isPaused) = (try document.integer("concurrency"), document["paused"]?.text == "true")
    }
}

extension QueueChange {
    /// The settings that a queue has, by their names, as JSON.
    fileprivate static func members(of settings: QueueSettings) -> [(String, String)] {
        let counts: [(String, Int?)] = [
            ("concurrency", settings.concurrency), ("group_concurrency", settings.groupConcurrency),
            ("rate", settings.rate?.count), ("group_rate", settings.groupRate?.count), ("burst", settings.burst),
            ("client_depth", settings.clientDepth),
        ]
        let times = [("rate_seconds", settings.rate?.seconds), ("group_rate_seconds", settings.groupRate?.seconds)]
        let useCases = settings.useCases.map { names in
            ("use_cases", "[" + names.map { JSONPairs.literal($0) }.joined(separator: ",") + "]")
        }
        return counts.compactMap { name, count in count.map { (name, "\($0)") } }
            + times.compactMap { name, seconds in seconds.map { (name, JSONPairs.number($0)) } }
            + [("strict", "\(settings.isStrict)")]
            + (settings.groupBy.map { [("group_by", JSONPairs.literal($0))] } ?? [])
            + (useCases.map { [$0] } ?? [])
    }
}
