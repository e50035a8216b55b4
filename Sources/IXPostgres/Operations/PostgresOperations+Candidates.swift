import FoundationEssentials
import IXCore
import IXStore

extension PostgresOperations {
    /// Ends the attempt and claims the next job, in one transaction and one round trip; reads the next candidates along
    /// with them when few are left.
    ///
    /// An end with `isKept` takes a transaction of its own, and so does a claim whose oldest document can't be read. An
    /// end by place that changed no row is repeated by the job's id. After a candidate that another claim took, the
    /// next claim takes a round trip of its own.
    func endAndClaim(
        _ completion: Completion, _ claim: Claim
    ) throws(StoreError) -> WorkerRequest.Result {
        if completion.isKept {
            return WorkerRequest.Result(completion: try end(completion), job: try claimAlone(claim))
        }
        let leaving = leaving([completion])
        if view.lines.asksReadyFirst() { return try endAndClaimReady(completion, leaving, claim) }
        let ends = declarations.place(of: completion.attempt.claimID).flatMap { completion.calls(at: $0) }
        let next = NextClaim(claim, view)
        let calls = (ends ?? completion.calls) + leaving + next.calls
        let rows: [PostgresRows]
        do {
            // The end comes before the claim, which never waits; in this order two such transactions can't deadlock.
            rows = try pipelineForgetting(calls)
        } catch {
            next.failed()
            guard error.code == .unreadable else { throw error }
            // No write took effect: the oldest pending document can't be returned. So end and claim run separately.
            return WorkerRequest.Result(completion: try end(completion), job: try claimUnread(claim))
        }
        try next.takeList(rows[calls.count - next.calls.count + 1])
        let job = try claimed(next, rows[calls.count - next.calls.count])
        // The claim has committed: a job that it took goes to the worker, whatever becomes of the end.
        let end = conclude(completion, rows[completion.endIndex].first, mayMiss: ends != nil)
        if let job { return WorkerRequest.Result(end, job: job) }
        let result = try end.get()
        if next.candidate != nil, let job = try claimAfterMiss(claim) {
            return WorkerRequest.Result(completion: result, job: job)
        }
        view.lines.missedPlain()
        guard try isWorthAsking() else { return WorkerRequest.Result(completion: result, job: nil) }
        return WorkerRequest.Result(completion: result, job: try claimFromLines(claim))
    }

    /// Ends the attempt and claims a job that has a turn, in one transaction and one round trip. Where none is known to have
    /// one, the place of a job in line goes to the next of its group. Without a job, the claim takes round trips of its
    /// own: an admission, or a plain job.
    private func endAndClaimReady(
        _ completion: Completion, _ leaving: [PostgresLink.Call], _ claim: Claim
    ) throws(StoreError) -> WorkerRequest.Result {
        let ends = declarations.place(of: completion.attempt.claimID).flatMap { completion.calls(at: $0) }
        let handsOn = !leaving.isEmpty && view.lines.handsOn
        let turn = handsOn ? nil : view.turns.next()
        let last =
            handsOn
            ? [claim.handOnCall(after: completion.attempt)] : leaving + [turn.map(claim.call) ?? claim.readyCall()]
        let calls = (ends ?? completion.calls) + last
        let rows: [PostgresRows]
        do { rows = try pipelineForgetting(calls) } catch {
            turn.map(view.turns.failed)
            guard error.code == .unreadable else { throw error }
            return WorkerRequest.Result(completion: try end(completion), job: try claimReady(claim))
        }
        let found = rows[calls.count - 1]
        let job =
            if handsOn { try handedOn(claim, found) } else if let turn { try claimed(turn, claim, found) } else {
                try claimedReady(claim, found)
            }
        let end = conclude(completion, rows[completion.endIndex].first, mayMiss: ends != nil)
        if let job {
            admitAhead(of: claim)
            return WorkerRequest.Result(end, job: job)
        }
        let result = try end.get()
        // Another daemon's pass may have given turns.
        if let job = handsOn || turn != nil ? try claimFromLines(claim) : try admitAndClaim(claim) {
            return WorkerRequest.Result(completion: result, job: job)
        }
        return WorkerRequest.Result(completion: result, job: try claimPlain(claim))
    }

    private func claimed(_ next: NextClaim, _ rows: PostgresRows) throws(StoreError) -> ClaimedJob? {
        guard let candidate = next.candidate else { return try claimed(by: next.claim, rows, next.scan) }
        view.candidates?.answered(candidate)
        guard let row = rows.first else {
            declarations.drop(candidate.row)
            return nil
        }
        mark.moved(to: candidate.position)
        declarations.hold(next.claim.claimID, row.place, by: candidate.row)
        return try ClaimedJob(row, next.claim.claimID)
    }

    /// Claims the next candidate, and after a second miss, or without a candidate, by a scan.
    private func claimAfterMiss(_ claim: Claim) throws(StoreError) -> ClaimedJob? {
        do {
            let second = NextClaim(claim, view, readsList: false)
            if let job = try claimed(second, run(second.calls[0])) { return job }
            guard second.candidate != nil else { return nil }
            let scan = mark.scan(whole: false)
            return try claimed(by: claim, run(claim.call(scan)), scan)
        } catch let error where error.code == .unreadable { return try claimUnread(claim) }
    }
}

/// A busy worker's claim: by a candidate or by a scan, and the list of candidates that is read along with the claim.
private struct NextClaim {
    let claim: Claim
    let candidate: Candidates.Candidate?
    let scan: ClaimMark.Scan
    let calls: [PostgresLink.Call]
    private let list: Candidates.Request?
    private let candidates: Candidates?

    /// A claim among use cases goes by a scan.
    init(_ claim: Claim, _ view: QueueView, readsList: Bool = true) {
        self.claim = claim
        candidates = claim.useCases == nil ? view.candidates : nil
        if readsList { candidates?.countClaim() }
        candidate = candidates?.next(for: claim.daemonID)
        list = readsList ? candidates?.request(for: claim.daemonID) : nil
        scan = candidate == nil ? view.mark.scan(whole: false) : .start
        let first = candidate.map { claim.call($0) } ?? claim.call(scan)
        calls = [first] + (list.map { [PostgresLink.Call(reading: $0)] } ?? [])
    }

    /// Notes that nothing came of the statements. The candidate's declaration stays, because the claim may have been
    /// committed.
    func failed() {
        list.map { candidates?.failed($0) }
        candidate.map { candidates?.answered($0) }
    }

    /// Takes the list that was read, if one was. Requires: the transaction has committed.
    func takeList(_ rows: @autoclosure () -> PostgresRows) throws(StoreError) {
        guard let list, let candidates else { return }
        do {
            let rows = rows()
            var read: [Candidates.Candidate] = []
            for row in rows.all {
                if let one = try Candidates.Candidate(row, list, first: read.first?.jobID) { read.append(one) }
            }
            candidates.read(read, list, daemons: rows.first?.daemons)
        } catch {
            candidates.failed(list)
            throw error
        }
    }
}

extension Claim {
    fileprivate func call(_ candidate: Candidates.Candidate) -> PostgresLink.Call {
        var parameters = Parameters()
        parameters.append(claimID)
        parameters.append(daemonID)
        parameters.append(candidate.jobID)
        parameters.append(instant: candidate.leaseEnd)
        parameters.append(candidate.place)
        return PostgresLink.Call(.claimCandidate, parameters)
    }
}

extension PostgresLink.Call {
    fileprivate init(reading list: Candidates.Request) {
        var parameters = Parameters()
        parameters.append(instant: list.after.due)
        parameters.append(list.after.jobID)
        parameters.append(list.count)
        parameters.append(list.daemonID)
        parameters.append(list.share.mask)
        parameters.append(list.share.part)
        parameters.append(list.countsDaemons)
        self.init(.findCandidates, parameters)
    }
}

/// The columns of a list of candidates.
private enum ListColumn: Int32 { case jobID, due, place, declaration, leaseEnd, daemons, rank }

extension Candidates.Candidate {
    fileprivate init?(_ row: PostgresRows.Row, _ list: Candidates.Request, first: UUID?) throws(StoreError) {
        guard let place = row.place(at: ListColumn.place.rawValue),
            let declaration = row.place(at: ListColumn.declaration.rawValue)
        else { return nil }
        jobID = try row.id(at: ListColumn.jobID.rawValue)
        position = ClaimMark.Position(due: try row.instant(at: ListColumn.due.rawValue), jobID: jobID)
        leaseEnd = try row.instant(at: ListColumn.leaseEnd.rawValue)
        self.place = place
        self.row = Declarations.Row(daemonID: list.daemonID, place: declaration, first: first ?? jobID)
        readAt = list.begun
    }
}

extension PostgresRows.Row {
    /// The number of living daemons and this daemon's rank; nil where the list doesn't tell.
    fileprivate var daemons: (count: Int, rank: Int)? {
        let columns = [ListColumn.daemons.rawValue, ListColumn.rank.rawValue]
        guard !columns.contains(where: { isNull(at: $0) }) else { return nil }
        do { return (try integer(at: columns[0]), try integer(at: columns[1])) } catch _ { return nil }
    }
}
