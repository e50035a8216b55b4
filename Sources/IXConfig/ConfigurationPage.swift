extension ConfigurationReference {
    /// A page of documentation in Markdown: where values come from, a table for each section, the keys of a pipeline.
    public static func markdown() -> String {
        let sections = ConfigurationKey.sections.map { section in
            let keys = ConfigurationKey.all.filter { $0.section == section.name }
            return "## [\(section.name)]\n\n\(section.doc)\n\n" + head + keys.map(row).joined()
        }
        return ([introduction] + sections + [pipelines]).joined(separator: "\n")
    }

    private static let introduction = """
        # Configuration

        A value comes from its default, the file, a credential of the service, the environment or a flag; the later source
        in this list wins. A file that is named must exist. Without a named file, `\(Configuration.standardFile)` is
        read if that file exists. Credentials are files in systemd's `CREDENTIALS_DIRECTORY`: `postgres-url` (the address),
        `postgres-password` and `postgres-passfile` (see [operations.md](operations.md)). Variables without a key are
        ignored. An unknown key or an unfit value stops the start with exit code 78 and a line for each fault.
        `ix-worker check-config` reports all faults without starting. `ix-worker config` shows every value in effect and
        its source, secrets hidden.

        HUP (`systemctl reload ix-worker`) makes a running daemon read the configuration again. Keys marked *HUP* and all
        pipelines take effect at once, for jobs that start from then on. The remaining keys wait for the next start, and
        the log names each changed key that waits. A bad file changes nothing, and the log gives the reason.

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
        let standard = (key.standard?.toml ?? key.inherits).map { "`\($0)`" } ?? "must be given"
        return "| `\(key.name)` | \(kinds) | \(standard) | \(cell(key.doc, [key.kind.limits])) |\n"
    }

    private static func cell(_ doc: String, _ notes: [String?]) -> String {
        let text = ([doc] + notes.compactMap { $0.map { "\($0)." } }).joined(separator: " ")
        return text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}
