/// `EventCatalog` writes the journal's catalogue: `journalctl -x` shows an entry's text below each line with the
/// entry's `MESSAGE_ID`.
package enum EventCatalog {
    /// Returns the whole catalogue file.
    package static func text() -> String { introduction + EventKind.all.map(entry).joined() }

    private static let introduction = """
        # What `journalctl -x` says about the messages of ix-worker; made from the table of events.
        # Install as /usr/lib/systemd/catalog/ix-worker.catalog and run `journalctl --update-catalog`.

        """

    /// Returns the entry of a kind. The journal replaces `@FIELD@` by the line's field, but keeps the text when the
    /// line lacks the field. An entry may therefore use only fields that every line of the kind has.
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
        kind.sentence.requires("job_id") ? "\nThe job's whole life: journalctl IX_JOB_ID=@IX_JOB_ID@" : ""
    }

    /// Wraps the text at 76 characters, as in the journal's own catalogue.
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
