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
        let calls = calls(ending: completion)
        let isAlone = calls.count == 1 && !link.isLimitingLockWaits
        let rows = isAlone ? try run(calls[0]) : try pipeline(calls)[completion.endIndex]
        return try result(completion, rows.first)
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

    /// Runs a pipeline, with the statement behind it that forgets declarations, if there are enough.
    func pipelineForgetting(_ calls: [PostgresLink.Call]) throws(StoreError) -> [PostgresRows] {
        let rows = declarations.takeOver()
        guard let last = PostgresLink.Call(forgetting: rows) else { return try pipeline(calls) }
        do { return try pipeline(calls + [last]) } catch {
            declarations.giveBack(rows)
            throw error
        }
    }

    /// Returns what came of the end, and notes that the claim holds its job no more.
    func result(_ completion: Completion, _ row: PostgresRows.Row?) throws(StoreError) -> CompletionResult {
        let result = try read(completion, row)
        declarations.release(completion.attempt.claimID)
        if completion.hasFollowers { view.signs.ended() }
        return result
    }

    private func read(_ completion: Completion, _ row: PostgresRows.Row?) throws(StoreError) -> CompletionResult {
        guard let row else { return try whyNothingChanged(completion) }
        guard case .handBack = completion.kind else {
            return .ended(try row.status("status"), isCallbackDue: row.bool("is_callback_due"))
        }
        view.distrust()
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

    /// The statements of an end by the place of the job's row; nil for an end with effects, or one with a note of its
    /// attempt, which may not be written twice.
    func calls(at place: Place) -> [PostgresLink.Call]? {
        guard case .done(let response) = kind, !hasFollowers, note == nil else { return nil }
        var parameters = fence(.jobID, .attempts, .claimID)
        parameters.append(response.document.text)
        parameters.append(place)
        return notes + [PostgresLink.Call(.markDoneAt, parameters)]
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
