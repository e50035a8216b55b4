/// The journal's catalogue: what `journalctl -x` says beneath a line, by its MESSAGE_ID.
public enum EventCatalog {
    public static func text() -> String { introduction + EventKind.all.map(entry).joined() }

    private static let introduction = """
        # What `journalctl -x` says about the messages of ix-worker; made from the table of events.
        # Install as /usr/lib/systemd/catalog/ix-worker.catalog and run `journalctl --update-catalog`.

        """

    /// @FIELD@ stands for the line's own field, and for itself where the line has none; so only those that are always there.
    private static func entry(_ kind: EventKind) -> String {
        """

        -- \(kind.messageID)
        Subject: ix-worker: \(kind.message)
        Defined-By: ix-worker
        Support: man:ix-worker(8)
        Documentation: man:ix-worker(8)

        \(body(kind))

        """
    }

    private static func body(_ kind: EventKind) -> String {
        let meaning = kind.meaning.map { wrapped($0) + "\n\n" } ?? ""
        return meaning + "More of the same kind: journalctl IX_EVENT=\(kind.name)" + trail(kind)
    }

    private static func trail(_ kind: EventKind) -> String {
        EventKind.jobEvents.contains(kind) || EventKind.pipelineEvents.contains(kind)
            ? "\nThe job's whole life:  journalctl IX_JOB_ID=… (its field, shown by -o verbose)" : ""
    }

    /// Lines of at most 76 characters, as the journal's own catalogue has them.
    private static func wrapped(_ text: String) -> String {
        var lines = [""]
        for word in text.split(whereSeparator: \.isWhitespace) {
            if let last = lines.last, last.isEmpty {
                lines[lines.count - 1] = String(word)
            } else if let last = lines.last, last.count + 1 + word.count <= 76 {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines.joined(separator: "\n")
    }
}
