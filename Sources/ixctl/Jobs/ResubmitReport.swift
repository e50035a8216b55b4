import FoundationEssentials
import IXCommand
import IXCore
import IXStore

/// Prints the result of each resubmit: new jobs on standard output, refused jobs on standard error.
struct ResubmitReport {
    enum Answer {
        case answer(Resubmission)
        case refused(InvalidInput)
    }

    let json: Bool
    private(set) var hasFailures = false

    init(json: Bool) { self.json = json }

    mutating func add(_ jobID: UUID, _ answer: Answer) {
        let id = jobID.uuidString.lowercased()
        let (word, new, reason) = Self.words(answer)
        if new == nil { hasFailures = true }
        if json {
            print(
                JSONPairs([
                    ("job_id", JSONPairs.literal(id)), ("result", JSONPairs.literal(word)),
                    ("new_job_id", JSONPairs.literal(new)), ("reason", JSONPairs.literal(reason)),
                ]).text)
        } else if let new {
            print(word == "duplicate" ? "\(id) was resubmitted before, as \(new)" : "\(id) resubmitted as \(new)")
        } else {
            StandardError.say("\(id) not resubmitted: \(reason ?? word)")
        }
    }

    private static func words(_ answer: Answer) -> (word: String, new: String?, reason: String?) {
        switch answer {
        case .answer(.resubmitted(let new)): ("resubmitted", new.uuidString.lowercased(), nil)
        case .answer(.duplicate(let new)): ("duplicate", new.uuidString.lowercased(), nil)
        case .answer(.notEnded(let status)): ("not_ended", nil, "the job has not ended (\(status.rawValue))")
        case .answer(.notFound): ("not_found", nil, "there is no such job")
        case .refused(let input): ("refused", nil, input.description)
        }
    }
}
