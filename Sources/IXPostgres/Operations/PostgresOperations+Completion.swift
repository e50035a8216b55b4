import FoundationEssentials
import IXCore
import IXStore

extension PostgresOperations {
    /// Ends the attempt in one transaction with its notes and its callback. Waits for a lock on the row until the lock
    /// watch or the deadline ends the wait; with `isKept` throws `locked` at once.
    ///
    /// Guarantees: no row changes unless the attempt still holds the job. After a lost reply the result is read from
    /// the row.
    func end(_ completion: Completion) throws(StoreError) -> CompletionResult {
        if completion.isKept { return try completeUnlessLocked(completion) }
        return try completeNow(completion)
    }

    func completeNow(_ completion: Completion) throws(StoreError) -> CompletionResult {
        let calls = completion.calls
        let isAlone = calls.count == 1 && !link.isLimitingLockWaits
        let rows = isAlone ? try run(calls[0]) : try pipeline(calls)[completion.endIndex]
        return try result(completion, rows.first)
    }

    /// Ends the attempt and claims the next job, in one transaction and one round trip. An end with `isKept` takes a
    /// transaction of its own, and so does a claim whose oldest document can't be read.
    func endAndClaim(_ completion: Completion, _ claim: Claim) throws(StoreError) -> (
        CompletionResult, ClaimedJob?
    ) {
        if completion.isKept { return (try end(completion), try claimAlone(claim)) }
        let calls = completion.calls
        let scan = mark.scan(whole: false)
        do {
            // The end comes before the claim, which never waits; in this order two such transactions can't deadlock.
            let rows = try pipeline(calls + [claim.call(scan)])
            let job = try claimed(by: claim, rows[calls.count], scan)
            return (try result(completion, rows[completion.endIndex].first), job)
        } catch let error where error.code == .unreadable {
            // No write took effect: the oldest pending document can't be returned. So end and claim run separately.
            return (try end(completion), try claimUnread(claim))
        }
    }

    func pipeline(_ calls: [PostgresLink.Call]) throws(StoreError) -> [PostgresRows] {
        let (end, last) = (Deadline(after: timeout), calls[calls.count - 1].statement)
        return try measured(calls[0].statement) { () throws(StoreError) in
            do throws(PostgresError) {
                guard link.isLimitingLockWaits else { return try link.pipeline(calls, by: end) }
                let limit = PostgresLink.Call(.limitLockWaits, ["\(PostgresLink.silence.wholeMilliseconds)"])
                return Array(try link.pipeline([limit] + calls, by: end).dropFirst())
            } catch {
                throw error.storeError(last.rawValue)
            }
        }
    }

    func result(_ completion: Completion, _ row: PostgresRows.Row?) throws(StoreError) -> CompletionResult {
        guard let row else { return try whyNothingChanged(completion) }
        guard case .handBack = completion.kind else {
            return .ended(try row.status("status"), isCallbackDue: row.bool("is_callback_due"))
        }
        mark.distrust()
        let back = try HandedBack(row)
        return back.status == .pending ? .handedBack : .ended(back.status, isCallbackDue: back.isCallbackDue)
    }

    /// Explains an end that changed no row. Three reasons exist. Another claim holds the job. The end's commit had
    /// succeeded, and the reply was lost. The job's end has effects that the claim did not show, such as a callback
    /// URL set since; the end is then repeated with its effects.
    func whyNothingChanged(_ completion: Completion) throws(StoreError) -> CompletionResult {
        guard let row = try run(.readEnd, [completion.attempt.jobID.uuidString]).first else { return .fenced }
        if row.uuid("finished_claim") == completion.attempt.claimID {
            return .ended(try row.status("status"), isCallbackDue: row.bool("is_callback_due"))
        }
        guard !completion.hasFollowers, row.bool("has_followers"), row.uuid("claim_id") == completion.attempt.claimID
        else {
            return .fenced
        }
        var whole = completion
        whole.hasFollowers = true
        return try end(whole)
    }
}

extension Completion {
    /// The statements, in their order.
    var calls: [PostgresLink.Call] {
        notes + [end] + effectCalls
    }

    /// The statement that writes the end's effects beside the row, if the job may have any.
    var effectCalls: [PostgresLink.Call] {
        hasFollowers && response != nil ? [PostgresLink.Call(.afterEnd, fence(.jobID, .claimID))] : []
    }

    /// The response that the end stores; nil for a hand-back.
    var response: ResponseIX? {
        switch kind {
        case .done(let response), .error(let response): response
        case .handBack: nil
        }
    }

    var isError: Bool { if case .error = kind { true } else { false } }

    /// The index in `calls` of the statement that ends the attempt.
    var endIndex: Int { notes.count }

    /// The statements that keep or delete data beside the job's row.
    var notes: [PostgresLink.Call] {
        var calls: [PostgresLink.Call] = []
        if hasProgress { calls.append(PostgresLink.Call(.removeProgress, fence(.jobID, .claimID))) }
        if let note {
            var parameters = fence(.jobID, .attempts, .claimID)
            for text in [note.outcome, note.exitStatus, note.logTail] { parameters.append(text) }
            calls.append(PostgresLink.Call(.recordAttempt, parameters))
        }
        return calls
    }

    private var end: PostgresLink.Call {
        var parameters = fence(.jobID, .attempts, .claimID)
        switch kind {
        case .done(let response), .error(let response):
            parameters.append(response.document.text)
            parameters.append(hasFollowers)
        case .handBack(let back):
            parameters.append(back.outcome.rawValue)
            parameters.append(!back.usesUpStart)
            for text in [back.pause?.seconds, back.exhausted.code, back.exhausted.message] { parameters.append(text) }
        }
        return PostgresLink.Call(statement, parameters)
    }

    private var statement: Statement {
        switch kind {
        case .done: .markDone
        case .error: .markError
        case .handBack: .handBack
        }
    }

    enum Part { case jobID, attempts, claimID }

    func fence(_ parts: Part...) -> Parameters {
        var parameters = Parameters()
        for part in parts {
            switch part {
            case .jobID: parameters.append(attempt.jobID)
            case .attempts: parameters.append(attempt.attempts)
            case .claimID: parameters.append(attempt.claimID)
            }
        }
        return parameters
    }
}
