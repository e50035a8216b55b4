package import IXCore
import IXSchedules

extension ExportSettings {
    /// A setting of a line, read alone: what is wrong with one setting keeps no other out.
    package struct Part: Sendable {
        /// The setting in words for people.
        package let what: String
        /// A line of an export with this setting alone, without its end.
        package let line: String
        package let isSchedule: Bool
        package let settings: Result<ExportSettings, InvalidInput>

        fileprivate init(_ kind: Kind, _ element: JSONFragment) {
            line = "{\"settings\":{\"\(kind.rawValue)\":[\(element.text)]}}"
            isSchedule = kind == .schedules
            let document = Result { () throws(InvalidInput) in
                try JSONDocument(
                    element.text.utf8, field: kind.rawValue, limit: ExportLine.limit, nesting: Limits.nesting + 1)
            }
            // ignored: the result below holds the fault
            what = (try? document.get()).map(kind.words) ?? "a member of \(kind.rawValue)"
            settings = Result { () throws(InvalidInput) in try kind.settings(document.get()) }
        }
    }

    fileprivate enum Kind: String, CaseIterable {
        case queues, groups, schedules

        func words(_ document: JSONDocument) -> String {
            let name = { (member: String) in document[member]?.string ?? "?" }
            return switch self {
            case .queues: "queue \(name("queue"))"
            case .groups: "group \(name("group_key")) of queue \(name("queue"))"
            case .schedules: "schedule \(name("name"))"
            }
        }

        func settings(_ document: JSONDocument) throws(InvalidInput) -> ExportSettings {
            var settings = ExportSettings()
            switch self {
            case .queues: settings.queues = [try Queue(document)]
            case .groups: settings.groups = [try Group(document)]
            case .schedules: settings.schedules = [try ScheduleState(record: document)]
            }
            return settings
        }
    }

    /// Reads a line that `line` returned: each setting alone, queues before what names them. Failure: `InvalidInput` for a line
    /// that holds no settings.
    package static func parts(of bytes: [UInt8]) throws(InvalidInput) -> [Part] {
        // A schedule's request of the deepest nesting stands in a schedule, a list, the settings and the line.
        let line = try JSONDocument(bytes, field: "line", limit: ExportLine.limit, nesting: Limits.nesting + 4)
        guard line.names == ["settings"], let text = line["settings"]?.text else {
            throw InvalidInput("settings", "is not a JSON object")
        }
        let settings = try JSONDocument(
            text.utf8, field: "settings", limit: ExportLine.limit, nesting: Limits.nesting + 3)
        for name in settings.names where Kind(rawValue: name) == nil {
            throw InvalidInput(name, "is a kind of settings that this program doesn't know")
        }
        var parts: [Part] = []
        for kind in Kind.allCases {
            guard let list = settings[kind.rawValue] else { continue }
            guard let elements = list.elements(nesting: Limits.nesting + 2) else {
                throw InvalidInput(kind.rawValue, "is not a list of objects")
            }
            parts += elements.map { Part(kind, $0) }
        }
        return parts
    }
}
