/// Generates the configuration's documentation from the tables of keys: the packaged file and a page of documentation.
package enum ConfigurationReference {
    /// Returns the packaged `ix-worker.toml`: every key at its default, commented out, under its line of documentation.
    package static func render() -> String {
        let sections = ConfigurationKey.sections.map { section in
            let keys = ConfigurationKey.all.filter { $0.section == section.name }
            return "# \(section.doc)\n#[\(section.name)]\n" + keys.map(setting).joined()
        }
        return ([header] + sections + [pipeline, queue, schedule]).joined(separator: "\n")
    }

    private static let header = """
        # The configuration of ix-worker. Every key stands here at its default. To change one, take the # away from it and from
        # the [section] above it, or write both anew at the end of the file: a section may stand in the file once.
        #
        # The files conf.d/*.toml beside this one are read after it, in the order of their names: one pipeline each, say. A key,
        # a pipeline, a queue or a schedule that stands in two files is refused.
        #
        # Environment variables override the files: [worker] count is IX_WORKER_COUNT. Flags override both.
        #
        # A running daemon reads the files again on HUP (systemctl reload ix-worker). Keys marked HUP, all pipelines,
        # all queues and all schedules take effect at once, the others at the next start.

        """

    private static func setting(_ key: ConfigurationKey) -> String {
        comment(key.doc, [key.kind.limits, key.reloads ? "HUP" : nil]) + "#\(key.name) = \(key.defaultText)\n"
    }

    private static func comment(_ doc: String, _ notes: [String?]) -> String {
        let notes = notes.compactMap(\.self).joined(separator: "; ")
        return "\n# \(doc)" + (notes.isEmpty ? "\n" : " (\(notes))\n")
    }

    private static let example = "extract"

    private static var pipeline: String {
        """
        # A pipeline runs the jobs of the use case in its name. [pipelines.default] runs the jobs without a pipeline.
        # Kinds \(builtIn.joined(separator: ", ")) know the keys down to \(builtInKeys.last?.name ?? "kind"). HUP applies all changes of pipelines.
        #[pipelines.\(example)]

        """ + PipelineKey.keys(of: .exec).map(setting).joined() + warm + service
    }

    private static var queue: String {
        """
        # The limits of a queue, which a use case of the same name has. A key that stands here is the file's: it is entered
        # into the store at every start and on HUP, and no other way sets it. Other keys are set by ixctl queue set.
        #[queues.\(example)]

        """ + QueueKey.all.map(setting).joined()
    }

    private static func setting(_ key: QueueKey) -> String {
        comment(key.doc, [key.kind.limits, "no default"]) + "#\(key.name) = \(key.example.toml)\n"
    }

    private static var schedule: String {
        """
        # Jobs inserted at the moments of a rule. A schedule that stands here is the file's: it is entered into the store at
        # every start and on HUP, and no other way changes it. Others are made by ixctl schedule set.
        #[schedules.nightly]

        """ + ScheduleFileKey.all.filter { $0.name != equal }.map(setting).joined() + """

            # Equal distances. The table knows the keys above but cron and time_zone, and
            #[schedules.feed]
            #use_case = "import"

            """ + ScheduleFileKey.all.filter { $0.name == equal }.map(setting).joined()
    }

    /// The key in place of `cron`, which can't stand beside it.
    private static let equal = "every_seconds"

    private static func setting(_ key: ScheduleFileKey) -> String {
        comment(key.doc, [key.kind.limits, key.hasDefault ? nil : "no default"])
            + "#\(key.name) = \(key.example.toml)\n"
    }

    /// The keys which only the other kinds have.
    private static var warm: String {
        more(
            "\(example)-warm", .worker,
            "A program kept warm. Kind worker knows the keys of exec but the two of exit statuses, and")
    }

    private static var service: String {
        more("chat", .http, "A service. Kind http knows the keys down to \(builtInKeys.last?.name ?? "kind"), and")
    }

    private static func more(_ name: String, _ kind: PipelineKind, _ doc: String) -> String {
        let keys = PipelineKey.keys(of: kind).filter { $0.kinds == [kind] || kind == .worker && $0.name == "command" }
        return "\n# \(doc)\n#[pipelines.\(name)]\n#kind = \"\(kind.rawValue)\"\n" + keys.map(setting).joined()
    }

    private static var builtIn: [String] {
        PipelineKind.allCases.filter { PipelineKey.keys(of: $0).count == builtInKeys.count }.map(\.rawValue)
    }

    private static var builtInKeys: [PipelineKey] { PipelineKey.keys(of: .echo) }

    private static func setting(_ key: PipelineKey) -> String {
        let inherited = key.inherits.map { _ in "default: as in [pipeline]" }
        return comment(key.doc, [key.kind.limits, inherited]) + "#\(key.name) = \(key.sample?.toml ?? "")\n"
    }
}

extension PipelineKey {
    /// The value shown in the packaged file.
    fileprivate var sample: Setting? {
        example ?? standard ?? inherits?.standard
    }
}

extension ConfigurationKey.Kind {
    /// Type and range of the value; nil when a default shows the type well enough.
    var limits: String? {
        switch self {
        case .text, .secret, .bool, .texts, .variables, .outcomes, .environment: nil
        default: words
        }
    }
}
