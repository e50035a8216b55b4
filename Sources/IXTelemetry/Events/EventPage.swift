/// `EventPage` writes the documentation page of all kinds of event.
package enum EventPage {
    /// Returns the page `docs/messages.md`.
    package static func markdown() -> String {
        introduction + sections.map { "\n## \($0.title)\n\n" + head + $0.kinds.map(row).joined() }.joined()
    }

    private static let introduction = """
        # Messages

        Every line is a kind of event: a constant message, a constant `MESSAGE_ID`, and fields for what differs. The
        journal and the text format show the event as a sentence with the values of the fields in braces; a part
        without a value is left out, and ids are cut to 8 characters. In the journal a field `job_id` is `IX_JOB_ID`,
        and so on: `journalctl IX_JOB_ID=…` shows all lines about a job, `journalctl IX_EVENT=job_fenced` all lines of
        a kind. With `[log] format = "json"` every line is an object with `time`, `level`, `event`, the constant
        `message` and the fields, numbers as JSON numbers. Lines about a job carry `job_id`, `ix_id`, `client_id`,
        `request_id`, `use_case`, `attempt`, `max_attempts`, `daemon` (the id of the daemon), `worker` (the number of
        its worker), and `trace_id` and `span_id` when the job's trace is sampled.

        A repeated fault is logged twenty times, then once a second; `left_out` is the number of lines left out.

        """

    private static let sections = [
        (title: "The daemon", kinds: EventKind.daemonEvents), (title: "The store", kinds: EventKind.storeEvents),
        (title: "Jobs", kinds: EventKind.jobEvents), (title: "Pipelines", kinds: EventKind.pipelineEvents),
        (title: "Callbacks", kinds: EventKind.callbackEvents),
        (title: "Schedules", kinds: EventKind.scheduleEvents),
        (title: "The HTTP server", kinds: EventKind.serverEvents),
    ]

    private static let head =
        "| message, sentence | level | event, MESSAGE_ID | what it means, what to do |\n|---|---|---|---|\n"

    private static func row(_ kind: EventKind) -> String {
        "| `\(kind.message)`; `\(kind.sentence.template)` | \(kind.level) | `\(kind.name)` `\(kind.messageID)` | "
            + "\(kind.meaning ?? "") |\n"
    }
}
