import FoundationEssentials
import GRDB
import IXCore
public import IXStore

extension SQLiteOperations {
    public func finish(_ finish: Finish) throws(StoreError) -> FinishResult {
        let end = End(finish)
        return try write(end.operation) { db in try end.write(db) }
    }

    public func finishAndClaim(_ finish: Finish, _ claim: Claim) throws(StoreError) -> (FinishResult, ClaimedJob?) {
        let end = End(finish)
        return try write(end.operation) { db in (try end.write(db), try Self.claim(claim, db)) }
    }

    public func exchange(_ exchanges: [Exchange]) throws(StoreError) -> [Exchange.Result] {
        let ends = exchanges.map { $0.finish.map(End.init) }
        // Looking for work when there is none must not take the writer's lock.
        let isWorthwhile = try ends.contains { $0 != nil } ? true : hasDue()
        guard isWorthwhile else {
            return exchanges.map { _ in Exchange.Result(finish: nil, job: nil) }
        }
        return try write("exchange") { db in
            let results = try ends.map { try $0?.write(db) }
            return try zip(exchanges, results).map { exchange, result in
                Exchange.Result(finish: result, job: try exchange.claim.flatMap { try Self.claim($0, db) })
            }
        }
    }
}

/// How an attempt ended, with all that can be made ready before the writer's lock.
private struct End {
    private let finish: Finish
    private let response: String?
    private let status: JobStatus

    init(_ finish: Finish) {
        self.finish = finish
        switch finish.ending {
        case .done(let answer):
            response = answer.document.normalForm
            status = answer.document["error"]?.isNull == false ? .error : .done
        case .error(let answer): (response, status) = (answer.document.normalForm, .error)
        case .handBack: (response, status) = (nil, .pending)
        }
    }

    var operation: String { response == nil ? "hand_back" : "mark_done" }

    func write(_ db: Database) throws -> FinishResult {
        let now = Timestamp.now
        if finish.hasProgress { try db.run(.removeProgress, [finish.attempt.jobID.text, finish.attempt.claimID.text]) }
        if let note = finish.note { try record(note, now, db) }
        if case .handBack(let back) = finish.ending { return try handBack(back, now, db) }
        if let row = try db.row(.markDone, fence + [response, status.rawValue, now.text, nil]) {
            return try ended(row)
        }
        // Nobody else can have written in between: either it was cancelled meanwhile, or it isn't ours.
        guard let held = try db.row(.readHeld, fence) else { return try whyNothingChanged(db) }
        let answer = ResponseIX(error: .cancelledRunning).answering(held.names).document.normalForm
        let row = try db.row(.markDone, fence + [response, status.rawValue, now.text, answer])
        return try row.map(ended) ?? whyNothingChanged(db)
    }

    /// A program that can't be started leaves a count, and no row for each try.
    private func record(_ note: AttemptNote, _ now: Timestamp, _ db: Database) throws {
        let values = fence + [note.outcome, note.exitStatus, note.logTail, now.text]
        if note.outcome == AttemptOutcome.unstarted.rawValue {
            try db.run(.repeatAttempt, values)
            if db.changesCount > 0 { return }
        }
        try db.run(.recordAttempt, values)
    }

    private var fence: [(any DatabaseValueConvertible)?] {
        [finish.attempt.jobID.text, finish.attempt.attempts, finish.attempt.claimID.text]
    }

    private func handBack(_ back: HandBack, _ now: Timestamp, _ db: Database) throws -> FinishResult {
        guard let held = try db.row(.readHeld, fence).map(HeldRow.init),
            let handed = try held.handBack(back, now, db)
        else { return try whyNothingChanged(db) }
        return handed.status == .pending ? .handedBack : .ended(handed.status, owesCallback: handed.owesCallback)
    }

    /// No row changed: either somebody else holds the job, or our own commit had gone through after all.
    private func whyNothingChanged(_ db: Database) throws -> FinishResult {
        guard let row = try db.row(.readEnd, [finish.attempt.jobID.text]),
            row["finished_claim"] as String? == finish.attempt.claimID.text
        else { return .fenced }
        return try ended(row)
    }

    private func ended(_ row: Row) throws -> FinishResult {
        .ended(try row.status("status"), owesCallback: row["owes_callback"])
    }
}
