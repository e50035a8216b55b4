import IXCommand
import IXCore
import IXStore

/// The result of an export, as text or JSON.
struct ExportSummary {
    private let export: Export
    /// Jobs which stayed in the store; nil when a stop came before the count.
    private let left: Int?
    private let json: Bool

    init(_ export: Export, left: Int?, json: Bool) {
        self.export = export
        self.left = left
        self.json = json
    }

    func write(toStandardError: Bool) {
        let text = json ? object : sentence
        if toStandardError { StandardError.say(text) } else { print(text) }
    }

    private var isMove: Bool { export.header.mode == .move }
    private var isComplete: Bool { isMove ? left == 0 : left != nil }

    private var object: String {
        JSONPairs([
            ("complete", "\(isComplete)"), ("mode", JSONPairs.literal(export.header.mode.rawValue)),
            ("jobs", "\(export.jobs)"), ("keys", "\(export.keys)"), ("left", left.map { "\($0)" } ?? "null"),
            ("file", JSONPairs.literal(export.file.path)), ("seconds", JSONPairs.number(export.display.seconds)),
        ]).text
    }

    private var sentence: String {
        let done = "\(Self.jobs(export.jobs)) in \(export.file.path)"
        guard let left else { return "\(done); stopped; the same command continues" }
        if left == 0 { return done }
        return isMove
            ? "\(done); \(Self.jobs(left)) left behind, locked or running: the same command moves them later"
            : "\(done); \(Self.jobs(left)) \(left == 1 ? "waits or runs" : "wait or run"): only --move takes them"
    }

    private static func jobs(_ count: Int) -> String { count == 1 ? "1 job" : "\(count) jobs" }
}
