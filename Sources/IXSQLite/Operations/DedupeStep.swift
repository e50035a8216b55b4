import FoundationEssentials
import GRDB
import IXCore
import IXStore

/// `DedupeStep` decides about a new job with a dedupe_key, inside the transaction of the insert.
struct DedupeStep {
    /// What comes of the request.
    enum Decision {
        /// A job answers for the request; none is inserted.
        case answered(InsertResult)
        /// The job is inserted, at `runAt`. It takes the place of `replaced`.
        case inserted(runAt: String?, replaced: UUID?, since: String?)
    }

    let dedupe: Dedupe
    let clientID: String
    let requestID: String
    let useCase: String
    let now: Timestamp

    /// Decides, and keeps a receipt for a request that another job answers for.
    func decide(runAt: String?, _ db: Database) throws -> Decision {
        if let answer = try Self.answer(to: clientID, requestID, db) { return .answered(answer) }
        let plain = Decision.inserted(runAt: runAt, replaced: nil, since: nil)
        guard let newest = try db.row(.findDedupe, [clientID, useCase, dedupe.key]) else { return plain }
        let status = (newest["status"] as String?).flatMap(JobStatus.init(rawValue:))
        switch dedupe.rule {
        case .skip: guard status == .pending || status == .running else { return plain }
        case .throttle: guard isWithin(newest["at"]) else { return plain }
        case .replace:
            guard status == .pending else { return plain }
            let since = newest["at"] as String
            let latest = dedupe.seconds.flatMap { seconds in Timestamp(since).map { ($0 + .seconds(seconds)).text } }
            let bounded = runAt.map { runAt in latest.map { min(runAt, $0) } ?? runAt }
            return .inserted(runAt: bounded, replaced: try newest.id("job_id"), since: since)
        }
        try db.run(
            .writeReceipt, [clientID, requestID, newest["job_id"] as String, now.text])
        return .answered(try Self.answer(newest))
    }

    /// Notes the inserted job, and ends the job whose place it took.
    func note(_ jobID: UUID, replaced: UUID?, since: String?, _ db: Database) throws {
        let at = since.flatMap { Timestamp($0) } ?? now
        let keptUntil = at + .seconds(dedupe.seconds ?? 0)
        try db.run(.noteDedupe, [clientID, useCase, dedupe.key, jobID.text, at.text, keptUntil.text])
        guard let replaced, let row = try db.row(.get, [replaced.text]) else { return }
        let response = ResponseIX(error: .superseded(by: jobID)).answering(row.names).document.normalForm
        try db.run(.endPending, [replaced.text, now.text, response])
    }

    /// A moment further ahead than the time comes from a clock that was set back since.
    private func isWithin(_ text: String) -> Bool {
        guard let at = Timestamp(text), let seconds = dedupe.seconds else { return false }
        return at + .seconds(seconds) > now && at < now + .seconds(seconds)
    }

    /// The answer to a request whose job is known by a receipt alone; nil for any further request.
    static func answer(to clientID: String, _ requestID: String, _ db: Database) throws -> InsertResult? {
        try db.row(.readReceipt, [clientID, requestID]).map(answer)
    }

    private static func answer(_ row: Row) throws -> InsertResult {
        InsertResult(
            jobID: try row.id("job_id"), ixID: row["ix_id"] ?? "",
            status: (row["status"] as String?).flatMap(JobStatus.init(rawValue:)), isDuplicate: true, differs: false)
    }
}
