/// The manual page ix-worker.toml(5), from the tables of keys.
extension ConfigurationReference {
    /// Returns the page in the form of man(7).
    package static func manual() -> String {
        let sections = ConfigurationKey.sections.map { section in
            let keys = ConfigurationKey.all.filter { $0.section == section.name }
            return ".SH \"[\(section.name)]\"\n" + line(section.doc) + keys.map(item).joined()
        }
        return ([opening] + sections + [pipelines, queues, schedules, closing]).joined()
    }

    private static let opening = """
        .TH ix-worker.toml 5 "" "ix-worker" "File formats"
        .SH NAME
        ix-worker.toml \\- configuration of ix-worker and ixctl
        .SH SYNOPSIS
        .I \(Configuration.standardFile)
        .br
        .I /etc/ix-worker/conf.d/*.toml
        .SH DESCRIPTION
        The file is TOML. A value comes from its default, the file, a credential of the service, the environment or a
        flag; the later one in this list wins. The files conf.d/*.toml beside the file are read after it, in the order of
        their names. A key that stands in two files is refused.
        .PP
        An unknown key or a value that can't be used stops the start with exit code 78 and a line for each fault.
        .B ix-worker check-config
        says the same without a start, and
        .B ix-worker config
        shows every value in effect and where it came from.
        .PP
        HUP makes a running daemon read the files again. Keys marked HUP, all pipelines, all queues and all schedules
        take effect at once, the others at the next start.

        """

    private static func item(_ key: ConfigurationKey) -> String {
        let notes = [key.kind.limits, key.reloads ? "HUP" : nil, "default: \(key.defaultText)", key.environmentName]
        return ".TP\n.B \(escaped(key.name))\n" + line(key.doc)
            + line("(" + notes.compactMap(\.self).joined(separator: "; ") + ")")
    }

    private static var pipelines: String {
        ".SH \"[pipelines.NAME]\"\n"
            + line(
                "Each pipeline has a table. NAME is the use case of its jobs; default serves every use case without a "
                    + "pipeline. Only files hold pipelines.") + PipelineKey.all.map(item).joined()
    }

    private static func item(_ key: PipelineKey) -> String {
        let standard = (key.standard?.toml ?? key.inherits?.path).map { "default: \($0)" } ?? "must be given"
        let kinds = "kinds " + key.kinds.map(\.rawValue).joined(separator: ", ")
        return ".TP\n.B \(escaped(key.name))\n" + line(key.doc)
            + line("(" + [key.kind.limits, standard, kinds].compactMap(\.self).joined(separator: "; ") + ")")
    }

    private static var queues: String {
        ".SH \"[queues.NAME]\"\n"
            + line(
                "The limits of a queue. A key that stands in the file is the file's: a daemon enters it into the store at "
                    + "every start and on HUP, and no other way sets it. No key has a default. Only files hold queues.")
            + QueueKey.all.map(item).joined()
    }

    private static func item(_ key: QueueKey) -> String {
        ".TP\n.B \(escaped(key.name))\n" + line(key.doc)
            + (key.kind.limits.map { line("(\($0))") } ?? "")
    }

    private static var schedules: String {
        ".SH \"[schedules.NAME]\"\n"
            + line(
                "Jobs inserted at the moments of a rule. A schedule that stands in the file is the file's: a daemon enters it "
                    + "into the store at every start and on HUP, and no other way changes it. Only files hold such schedules."
            )
            + ScheduleFileKey.all.map(item).joined()
    }

    private static func item(_ key: ScheduleFileKey) -> String {
        let notes = [key.kind.limits, key.hasDefault ? "default: \(key.example.toml)" : nil].compactMap(\.self)
        return ".TP\n.B \(escaped(key.name))\n" + line(key.doc)
            + (notes.isEmpty ? "" : line("(" + notes.joined(separator: "; ") + ")"))
    }

    private static let closing = """
        .SH EXAMPLES
        .nf
        [sqlite]
        path = "/var/lib/ix-worker/jobs.db"

        [pipelines.extract]
        kind = "exec"
        command = ["python3", "/opt/extract/extract.py"]
        timeout_seconds = 120
        .fi
        .SH FILES
        .TP
        .I \(Configuration.standardFile)
        the configuration
        .TP
        .I /etc/ix-worker/environment
        variables of the service, such as IX_POSTGRES_URL
        .SH SEE ALSO
        .BR ix-worker (8),
        .BR ixctl (1)

        """

    /// Returns a line of text. A point or an apostrophe at a line's beginning would be a request.
    private static func line(_ text: String) -> String { "\\&" + escaped(text) + "\n" }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
    }
}
