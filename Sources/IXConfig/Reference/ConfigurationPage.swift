extension ConfigurationReference {
    /// Returns the documentation page in Markdown: sources of values, a table for each section, and the keys of a
    /// pipeline.
    package static func markdown() -> String {
        let sections = ConfigurationKey.sections.map { section in
            let keys = ConfigurationKey.all.filter { $0.section == section.name }
            return "## [\(section.name)]\n\n\(section.doc)\n\n" + head + keys.map(row).joined()
        }
        return ([introduction] + sections + [pipelines, queues, schedules]).joined(separator: "\n")
    }

    private static let introduction = """
        # Configuration

        A value comes from its default, the file, a credential of the service, the environment or a flag; the later one in
        this list wins. The file is the one that is named, which must exist, else `\(Configuration.standardFile)` if it
        exists. After it the files `conf.d/*.toml` beside it are read, in the order of their names: one for each pipeline, say.
        Faults name the file; a key, a pipeline, a queue or a schedule that stands in two files is refused, and both are named. Credentials are
        files in systemd's `CREDENTIALS_DIRECTORY`: `postgres-url` (the address), `postgres-read-url` (a standby's), `postgres-password`
        and `postgres-passfile` (see [security.md](security.md#secrets)). White space and line ends around a variable's
        value are no part of it. Variables that no key names are ignored, with a warning where one begins like a section's
        (`IX_WORKER_…`) and isn't a cluster's own. An unknown key or a value that doesn't do stops the start with exit code 78 and a line for
        each fault; `ix-worker check-config` says the same without starting, `ix-worker config` shows every value in effect
        and where it came from, secrets hidden.

        HUP (`systemctl reload ix-worker`) makes a running daemon read it all again. What is marked *HUP*, all pipelines,
        all queues and all schedules take effect at once, for jobs that start from then on; the others wait for the next start, and the log names them. A
        bad file changes nothing, and neither does a file that was there before and is missing: `systemctl reload` fails, the
        status says that the old configuration is in force, and the log says why.

        """

    private static let head = "| key | environment | default | meaning |\n|---|---|---|---|\n"

    private static func row(_ key: ConfigurationKey) -> String {
        let doc = cell(key.doc, [key.kind.limits, key.reloads ? "*HUP*" : nil])
        return "| `\(key.name)` | `\(key.environmentName)` | `\(key.defaultText)` | \(doc) |\n"
    }

    private static var pipelines: String {
        """
        ## [pipelines.NAME]

        Each pipeline has a table. NAME is the pipeline's use case; `default` serves every use case without a pipeline.
        Only the file can hold pipelines.

        | key | kinds | default | meaning |
        |---|---|---|---|

        """ + PipelineKey.all.map(row).joined()
    }

    private static func row(_ key: PipelineKey) -> String {
        let kinds = key.kinds.map(\.rawValue).joined(separator: ", ")
        let standard = (key.standard?.toml ?? key.inherits?.path).map { "`\($0)`" } ?? "must be given"
        return "| `\(key.name)` | \(kinds) | \(standard) | \(cell(key.doc, [key.kind.limits])) |\n"
    }

    private static var queues: String {
        """
        ## [queues.NAME]

        The limits of a queue; NAME is the queue's name, and a use case of this name has its jobs in the queue. A key that
        stands in the file is the file's: a daemon enters it into the store at every start and on HUP, and `ixctl queue set`,
        SQL and HTTP refuse it. A key that doesn't stand in the file has no default, and is set by those.
        [queues.md](queues.md) has the rest. Only the file can hold queues.

        | key | meaning |
        |---|---|

        """ + QueueKey.all.map { "| `\($0.name)` | \(cell($0.doc, [$0.kind.limits])) |\n" }.joined()
    }

    private static var schedules: String {
        """
        ## [schedules.NAME]

        Jobs inserted at the moments of a rule; NAME is the schedule's name. A schedule that stands in the file is the file's: a
        daemon enters it into the store at every start and on HUP, and `ixctl schedule set`, SQL and HTTP refuse it; they may pause,
        resume and fire it. A schedule that has left the file goes on until it is removed. [schedules.md](schedules.md) has
        the rest. Only the file can hold such schedules.

        | key | default | meaning |
        |---|---|---|

        """ + ScheduleFileKey.all.map(row).joined()
    }

    private static func row(_ key: ScheduleFileKey) -> String {
        let standard = key.hasDefault ? "`\(key.example.toml)`" : ""
        return "| `\(key.name)` | \(standard) | \(cell(key.doc, [key.kind.limits])) |\n"
    }

    private static func cell(_ doc: String, _ notes: [String?]) -> String {
        let text = ([doc] + notes.compactMap { $0.map { "\($0)." } }).joined(separator: " ")
        return text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}
