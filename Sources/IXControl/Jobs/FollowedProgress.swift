import IXCore
import IXRepresentation
import IXStore

/// Shows a job's progress until its end: a bar on a terminal, otherwise a line for each change.
final class FollowedProgress {
    private let bar = ProgressBar()
    private let isJSON: Bool
    private var last: String?

    init(json: Bool) { isJSON = json }

    func show(_ job: Job, _ record: ProgressRecord?) {
        if Terminal.isOn(2), !isJSON { return bar.show(job, record) }
        let line =
            isJSON
            ? JSONPairs([
                ("status", JSONPairs.literal(job.status.rawValue)), ("attempts", "\(job.attempts)"),
                ("progress", record.map { ProgressObject.text($0) } ?? "null"),
            ]).text : ScreenText(ProgressBar.line(job.status.rawValue, record?.progress)).text
        guard line != last else { return }
        last = line
        Terminal.write(PrintedText.safe(line) + "\n", to: 1)
    }

    func end() { bar.clear() }
}
