import FoundationEssentials
import GRDB
import IXCore
import IXStore

/// A running row that is about to go back: the sweep's transition, computed from what the row says.
struct HeldRow {
    let jobID: UUID
    let names: JobNames
    let attempts: Int
    let maxAttempts: Int
    let claimID: String?
    let callbackURL: String?

    init(_ row: Row) {
        jobID = row.uuid("job_id")!
        names = row.names
        attempts = row["attempts"]
        maxAttempts = row["max_attempts"]
        claimID = row["claim_id"]
        callbackURL = row["callback_url"]
    }

    /// Pending with one more attempt, or error when the starts are used up; nil when the row is no longer as it was read.
    func handBack(_ back: HandBack, _ now: Timestamp, _ db: Database) throws -> HandedBack? {
        let isOver = !back.isBlameless && maxAttempts > 0 && attempts + 1 >= maxAttempts
        let response = isOver ? ResponseIX(error: back.exhausted).answering(names).document.normalForm : nil
        let status: JobStatus = isOver ? .error : .pending
        let row = try db.row(
            .handBack,
            [
                jobID.text, claimID, status.rawValue,
                back.isBlameless && maxAttempts > 0 ? maxAttempts + 1 : maxAttempts,
                isOver ? nil : pause(back).map { (now + $0).text }, isOver ? now.text : nil, response,
            ])
        guard let row else { return nil }
        let callback = callbackURL.flatMap { url in response.map { DueCallback(jobID: jobID, url: url, body: $0) } }
        return HandedBack(jobID: jobID, names: names, status: status, attempts: row["attempts"], callback: callback)
    }

    /// None when blameless or after the first failed start, then 2 s, 4 s, … up to 5 minutes, jittered.
    private func pause(_ back: HandBack) -> Duration? {
        if let pause = back.pause { return pause }
        guard !back.isBlameless, attempts > 0 else { return nil }
        return .seconds(min(300, 1 << min(attempts, 20))) * Double.random(in: 0.5...1)
    }
}
