import FoundationEssentials
import IXCommand
import IXCore
import IXStore

/// Prints the result of each cancel: cancelled jobs on standard output, jobs not cancelled on standard error.
final class CancelReport {
    private let json: Bool
    private let isDryRun: Bool
    private let listsAll: Bool
    private var cancelled = 0
    private var failed = 0

    /// With `listsAll` every job gets a line; otherwise only jobs which were not cancelled.
    init(json: Bool, isDryRun: Bool, listsAll: Bool) {
        self.json = json
        self.isDryRun = isDryRun
        self.listsAll = listsAll
    }

    var hasFailures: Bool { failed > 0 }

    func add(_ jobID: UUID, _ result: Cancellation.Result) {
        let id = jobID.uuidString.lowercased()
        if result.isCancel { cancelled += 1 } else { failed += 1 }
        if json { return print(line(id, result)) }
        if !result.isCancel { return StandardError.say("\(id) not cancelled: \(Self.reason(result))") }
        if listsAll { print("\(id) \(isDryRun ? "would be cancelled" : Self.reason(result))") }
    }

    /// Prints what a filter found, unless each job has a line of its own.
    func show(_ found: FoundJobs) {
        guard !json, found.total > 0 else { return }
        found.lines(fitting: Terminal.width).forEach { print($0) }
    }

    func finish() {
        guard !json, !listsAll else { return }
        let count = cancelled == 1 ? "1 job" : "\(cancelled) jobs"
        StandardError.say("\(count) \(isDryRun ? "would be " : "")cancelled\(failed == 0 ? "" : ", \(failed) not")")
    }

    private func line(_ id: String, _ result: Cancellation.Result) -> String {
        let (word, status): (String, JobStatus?) =
            switch result {
            case .cancelled: ("cancelled", isDryRun ? .pending : .error)
            case .cancelling: ("cancelling", .running)
            case .ended(let status): ("ended", status)
            case .notFound: ("not_found", nil)
            }
        return JSONPairs([
            ("job_id", JSONPairs.literal(id)), ("cancelled", "\(result.isCancel && !isDryRun)"),
            ("result", JSONPairs.literal(word)), ("status", JSONPairs.literal(status?.rawValue)),
            ("dry_run", "\(isDryRun)"),
        ]).text
    }

    private static func reason(_ result: Cancellation.Result) -> String {
        switch result {
        case .cancelled: "cancelled"
        case .cancelling: "cancelling: its worker stops the pipeline"
        case .ended(let status): "the job has already ended (\(status.rawValue))"
        case .notFound: "there is no such job"
        }
    }
}

extension Cancellation.Result {
    /// True when the job has ended as cancelled, or will.
    fileprivate var isCancel: Bool { self == .cancelled || self == .cancelling }
}
