import FoundationEssentials
import IXCommand
import IXCore
import IXStore

/// Prints the result of each resubmit: new jobs on standard output, refused jobs on standard error.
struct ResubmitReport {
    typealias Answer = Result<Resubmission, InvalidInput>

    private let json: Bool
    private let isDryRun: Bool
    private let listsAll: Bool
    private var resubmitted = 0
    private var failed = 0

    var hasFailures: Bool { failed > 0 }

    /// With `listsAll` every job gets a line; otherwise only jobs which were not resubmitted.
    init(json: Bool, isDryRun: Bool, listsAll: Bool) {
        self.json = json
        self.isDryRun = isDryRun
        self.listsAll = listsAll
    }

    /// Adds a job that a command without `--dry-run` would resubmit.
    mutating func add(_ jobID: UUID) {
        resubmitted += 1
        guard json else { return }
        let id = JSONPairs.literal(jobID.uuidString.lowercased())
        print(JSONPairs([("job_id", id), ("result", "\"would_be_resubmitted\"")]).text)
    }

    /// Prints what a filter found, unless each job has a line of its own.
    func show(_ found: FoundJobs) {
        guard !json, found.total > 0 else { return }
        found.lines(fitting: Terminal.width).forEach { print($0) }
    }

    /// Prints the count after a filter.
    func finish() {
        guard !json, !listsAll else { return }
        let count = resubmitted == 1 ? "1 job" : "\(resubmitted) jobs"
        StandardError.say("\(count) \(isDryRun ? "would be " : "")resubmitted\(failed == 0 ? "" : ", \(failed) not")")
    }

    mutating func add(_ jobID: UUID, _ answer: Answer) {
        let id = jobID.uuidString.lowercased()
        let (word, new, reason) = Self.words(answer)
        if new == nil { failed += 1 } else { resubmitted += 1 }
        if json {
            print(
                JSONPairs([
                    ("job_id", JSONPairs.literal(id)), ("result", JSONPairs.literal(word)),
                    ("new_job_id", JSONPairs.literal(new)), ("reason", JSONPairs.literal(reason)),
                ]).text)
        } else if let new {
            if listsAll {
                print(word == "duplicate" ? "\(id) was resubmitted before, as \(new)" : "\(id) resubmitted as \(new)")
            }
        } else {
            StandardError.say("\(id) not resubmitted: \(reason ?? word)")
        }
    }

    private static func words(_ answer: Answer) -> (word: String, new: String?, reason: String?) {
        switch answer {
        case .success(.resubmitted(let new)): ("resubmitted", new.uuidString.lowercased(), nil)
        case .success(.duplicate(let new)): ("duplicate", new.uuidString.lowercased(), nil)
        case .success(.notEnded(let status)): ("not_ended", nil, "the job has not ended (\(status.rawValue))")
        case .success(.notFound): ("not_found", nil, "there is no such job")
        case .failure(let input): ("refused", nil, input.description)
        }
    }
}
