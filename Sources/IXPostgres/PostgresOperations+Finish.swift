import FoundationEssentials
import IXCore
public import IXStore

extension PostgresOperations {
    public func finish(_ finish: Finish) throws(StoreError) -> FinishResult {
        let calls = Self.calls(finish)
        let rows = calls.count == 1 ? try run(calls[0].statement, calls[0].parameters) : try pipeline(calls).last
        return try result(finish, rows)
    }

    public func finishAndClaim(_ finish: Finish, _ claim: Claim) throws(StoreError) -> (FinishResult, ClaimedJob?) {
        let calls = Self.calls(finish)
        // The end first, then the claim, which never waits: in this order two such transactions can't deadlock.
        let next = PostgresLink.Call(claim.statement, claim.parameters(document: true))
        do {
            let rows = try pipeline(calls + [next])
            return (try result(finish, rows[calls.count - 1]), claimed(by: claim, rows: rows[calls.count]))
        } catch let error where error.code == .unreadable {
            // Nothing was written: the oldest pending document can't be handed out. One after the other, then.
            return (try self.finish(finish), try claimUnread(claim))
        }
    }

    private func pipeline(_ calls: [PostgresLink.Call]) throws(StoreError) -> [PostgresRows] {
        do { return try link.pipeline(calls, by: Deadline(after: timeout)) } catch {
            throw error.storeError(calls[calls.count - 1].statement.rawValue)
        }
    }

    private static func calls(_ finish: Finish) -> [PostgresLink.Call] {
        let attempt = finish.attempt
        let fence: [String?] = [attempt.jobID.uuidString, "\(attempt.attempts)", attempt.claimID.uuidString]
        let note = finish.note.map {
            PostgresLink.Call(.recordAttempt, fence + [$0.outcome, $0.exitStatus, $0.logTail])
        }
        let progress =
            finish.hasProgress
            ? [PostgresLink.Call(.removeProgress, [attempt.jobID.uuidString, attempt.claimID.uuidString])] : []
        return progress + (note.map { [$0] } ?? []) + [call(finish.ending, fence)]
    }

    private static func call(_ ending: Finish.Ending, _ fence: [String?]) -> PostgresLink.Call {
        switch ending {
        case .done(let response): PostgresLink.Call(.markDone, fence + [response.document.text])
        case .error(let response): PostgresLink.Call(.markError, fence + [response.document.text])
        case .handBack(let back):
            PostgresLink.Call(
                .handBack,
                fence + [
                    back.outcome, back.isBlameless ? "t" : "f", back.pause?.seconds, back.exhausted.code,
                    back.exhausted.message,
                ])
        }
    }

    private func result(_ finish: Finish, _ rows: PostgresRows?) throws(StoreError) -> FinishResult {
        guard let row = rows?.first else { return try whyNothingChanged(finish) }
        guard case .handBack = finish.ending else {
            return .ended(row.status("status"), owesCallback: row.bool("owes_callback"))
        }
        let back = HandedBack(row)
        return back.status == .pending ? .handedBack : .ended(back.status, owesCallback: back.owesCallback)
    }

    /// No row came back: either somebody else holds the job, or our own commit had gone through and its reply was lost.
    private func whyNothingChanged(_ finish: Finish) throws(StoreError) -> FinishResult {
        guard let row = try run(.readEnd, [finish.attempt.jobID.uuidString]).first,
            row.uuid("finished_claim") == finish.attempt.claimID
        else { return .fenced }
        return .ended(row.status("status"), owesCallback: row.bool("owes_callback"))
    }
}
