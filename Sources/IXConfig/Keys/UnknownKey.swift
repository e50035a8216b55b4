import IXCore

/// Error messages for unknown keys, with a suggestion where a known key is similar.
enum UnknownKey {
    /// Returns the message for a key of a section. A key with this name in another section is suggested, too.
    static func reason(_ name: String, in section: String) -> String {
        let names = ConfigurationKey.all.filter { $0.section == section }.map(\.name)
        let near = Suggestion.nearest(to: name, among: names).map { "\(section).\($0)" }
        return Suggestion.reason("unknown key", near ?? elsewhere(name))
    }

    /// Returns the message for a name outside every known section.
    static func reason(topLevel name: String, _ node: TOMLNode) -> String {
        let sections = ConfigurationKey.sections.map(\.name) + ConfigurationKey.namedSections
        let near = Suggestion.nearest(to: name, among: sections)
        guard case .table = node else { return Suggestion.reason("unknown key", elsewhere(name)) }
        return Suggestion.reason("unknown section", near)
    }

    /// Returns the message for a flag. Named tables, such as pipelines, can't be set by flags.
    static func reason(flag path: String) -> String {
        if let section = ConfigurationKey.namedSections.first(where: { path.hasPrefix("\($0).") }) {
            return "\(section) can be set only in the file"
        }
        let near = Suggestion.nearest(to: path, among: ConfigurationKey.all.map(\.path))
        return Suggestion.reason("unknown key", near ?? elsewhere(path))
    }

    /// Returns the message for a key of a pipeline. A key of another kind gets another message than an unknown key.
    static func reason(_ name: String, ofPipeline kind: PipelineKind?) -> String {
        if let kind, let key = PipelineKey.all.first(where: { $0.name == name }) {
            let others = key.kinds.map(\.rawValue).joined(separator: ", ")
            return "unknown key for kind \(kind.rawValue), known for \(others)"
        }
        let known = kind.map(PipelineKey.keys) ?? PipelineKey.all
        return Suggestion.reason("unknown key", Suggestion.nearest(to: name, among: known.map(\.name)))
    }

    /// Returns the message for a key of a queue.
    static func reason(ofQueue name: String) -> String {
        Suggestion.reason("unknown key", Suggestion.nearest(to: name, among: QueueKey.all.map(\.name)))
    }

    /// Returns the message for a key of a schedule.
    static func reason(ofSchedule name: String) -> String {
        Suggestion.reason("unknown key", Suggestion.nearest(to: name, among: ScheduleFileKey.all.map(\.name)))
    }

    private static func elsewhere(_ name: String) -> String? {
        ConfigurationKey.all.first { $0.name == name }?.path
    }
}
