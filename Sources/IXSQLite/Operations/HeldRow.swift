import FoundationEssentials
import GRDB
import IXCore
import IXStore

/// A running row before its hand-back; computes the sweep's transition from the row's columns.
struct HeldRow {
    let jobID: UUID
    let names: JobNames
    let attempts: Int
    let maxAttempts: Int
    let claimID: String?
    let callbackURL: String?
    let daemonID: String?
    let startedAt: String?
    let isCancelled: Bool

    init(_ row: Row) throws {
        jobID = try row.id("job_id")
        names = row.names
        attempts = row["attempts"]
        maxAttempts = row["max_attempts"]
        claimID = row["claim_id"]
        callbackURL = row["callback_url"]
        daemonID = row["daemon_id"]
        startedAt = row["started_at"]
        isCancelled = row["cancel_requested_at"] as String? != nil
    }

    /// Hands the row back: pending with one more attempt, or error when the starts are used up or the job was
    /// cancelled. Returns nil when the row has changed since the read.
    func handBack(_ back: HandBack, _ now: Timestamp, _ db: Database) throws -> HandedBack? {
        let error = error(back)
        let status: JobStatus = error == nil ? .pending : .error
        let response = error.map { ResponseIX(error: $0).answering(names).document.normalForm }
        let row = try db.row(
            .handBack,
            [
                jobID.text, claimID, status.rawValue,
                !back.usesUpStart && maxAttempts > 0 ? maxAttempts + 1 : maxAttempts,
                error == nil ? pause(back).map { (now + $0).text } : nil, error == nil ? nil : now.text, response,
            ])
        guard let row else { return nil }
        try db.run(
            .recordStart,
            [jobID.text, attempts + 1, claimID ?? Self.none, daemonID, startedAt, back.outcome.rawValue, now.text])
        return HandedBack(
            jobID: jobID, names: names, status: status, errorCode: error?.code, attempts: row["attempts"],
            isCallbackDue: error != nil && callbackURL != nil)
    }

    /// Stands for the claim of a start without a claim.
    private static let none = "00000000-0000-0000-0000-000000000000"

    /// The error with which the job ends; nil when the job goes back.
    private func error(_ back: HandBack) -> JobError? {
        if isCancelled { return .cancelledRunning }
        return back.usesUpStart && maxAttempts > 0 && attempts + 1 >= maxAttempts ? back.exhausted : nil
    }

    /// No pause for a hand-back that uses up no start, or after the first failed start, then 2 s, 4 s, … up to 5
    /// minutes, with jitter.
    private func pause(_ back: HandBack) -> Duration? {
        if let pause = back.pause { return pause }
        guard back.usesUpStart, attempts > 0 else { return nil }
        return .seconds(min(300, 1 << min(attempts, 20))) * Double.random(in: 0.5...1)
    }
}
