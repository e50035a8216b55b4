import FoundationEssentials
import GRDB
import IXCore
package import IXStore

extension SQLiteOperations {
    /// Ends the attempts, then claims jobs, in a single transaction; result n belongs to request n. An end records its notes; a
    /// trigger makes the callback due. Without ends and due jobs takes no writer's lock.
    package func perform(_ requests: [WorkerRequest]) throws(StoreError) -> [WorkerRequest.Result] {
        let ends = requests.map { $0.completion.map(End.init) }
        // The read comes first, so that a look without due jobs doesn't take the writer's lock.
        let isWorthwhile = try ends.contains { $0 != nil } ? true : hasDue()
        guard isWorthwhile else {
            return requests.map { _ in WorkerRequest.Result(completion: nil, job: nil) }
        }
        let operation = requests.count == 1 ? ends[0]?.operation ?? "claim_next_pending" : "perform"
        return try write(operation) { db in
            let results = try ends.map { try $0?.write(db) }
            return try zip(requests, results).map { request, result in
                WorkerRequest.Result(
                    completion: result, job: try request.claim.flatMap { try Self.claim($0, lines, db) })
            }
        }
    }
}

/// The end of an attempt, with all work done that doesn't need the writer's lock.
private struct End {
    private let completion: Completion
    private let response: String?
    private let status: JobStatus

    init(_ completion: Completion) {
        self.completion = completion
        switch completion.kind {
        case .done(let answer):
            response = answer.document.normalForm
            status = answer.document["error"]?.isNull == false ? .error : .done
        case .error(let answer): (response, status) = (answer.document.normalForm, .error)
        case .handBack: (response, status) = (nil, .pending)
        }
    }

    var operation: String { response == nil ? "hand_back" : "mark_done" }

    func write(_ db: Database) throws -> CompletionResult {
        let now = Timestamp.now
        if completion.hasProgress {
            try db.run(.removeProgress, [completion.attempt.jobID.text, completion.attempt.claimID.text])
        }
        if let note = completion.note { try record(note, now, db) }
        if case .handBack(let back) = completion.kind { return try handBack(back, now, db) }
        if let row = try db.row(.markDone, fence + [response, status.rawValue, now.text, nil]) {
            return try ended(row)
        }
        // The transaction excludes other writers. So either the job was cancelled meanwhile, or the claim no longer
        // holds the job.
        guard let held = try db.row(.readHeld, fence) else { return try whyNothingChanged(db) }
        let answer = ResponseIX(error: .cancelledRunning).answering(held.names).document.normalForm
        let row = try db.row(.markDone, fence + [response, status.rawValue, now.text, answer])
        return try row.map(ended) ?? whyNothingChanged(db)
    }

    /// Records the note. Repeated failed starts of a program share a row with a count, so that a program which can't be
    /// started adds no row for each try.
    private func record(_ note: AttemptNote, _ now: Timestamp, _ db: Database) throws {
        let values = fence + [note.outcome, note.exitStatus, note.logTail, now.text]
        if note.outcome == AttemptOutcome.unstarted.rawValue {
            try db.run(.repeatAttempt, values)
            if db.changesCount > 0 { return }
        }
        try db.run(.recordAttempt, values)
    }

    private var fence: [(any DatabaseValueConvertible)?] {
        [completion.attempt.jobID.text, completion.attempt.attempts, completion.attempt.claimID.text]
    }

    private func handBack(_ back: HandBack, _ now: Timestamp, _ db: Database) throws -> CompletionResult {
        guard let held = try db.row(.readHeld, fence).map(HeldRow.init),
            let handed = try held.handBack(back, now, db)
        else { return try whyNothingChanged(db) }
        return handed.status == .pending ? .handedBack : .ended(handed.status, isCallbackDue: handed.isCallbackDue)
    }

    /// Explains an end that changed no row: either another claim holds the job, or this end's commit had succeeded.
    private func whyNothingChanged(_ db: Database) throws -> CompletionResult {
        guard let row = try db.row(.readEnd, [completion.attempt.jobID.text]),
            row["finished_claim"] as String? == completion.attempt.claimID.text
        else { return .fenced }
        return try ended(row)
    }

    private func ended(_ row: Row) throws -> CompletionResult {
        .ended(try row.status("status"), isCallbackDue: row["is_callback_due"])
    }
}
