import FoundationEssentials
import Glibc
import IXCore
import IXStore

extension PostgresOperations {
    /// The tries of a claim beside another daemon's pass, and the pause before each.
    private static let tries = 2
    private static let pause: UInt32 = 3000

    /// Claims a job that has a turn, after an admission when none has one. Nil also inside a caller's transaction, where no
    /// admission runs.
    func claimFromLines(_ claim: Claim) throws(StoreError) -> ClaimedJob? {
        if let job = try claimTurned(claim) {
            admitAhead(of: claim)
            return job
        }
        return try admitAndClaim(claim)
    }

    /// Gives more turns when few are left, so that no worker has to wait for a pass. The caller holds a job already, so that a
    /// failure is left to the next call.
    func admitAhead(of claim: Claim) {
        guard view.admits, view.lines.runsLow else { return }
        do { _ = try admit(for: claim.daemonID, queues: claim.queues) } catch {
            // ignored: the next call meets the same failure, and the claimed job must not be lost
        }
    }

    /// Gives turns to the next jobs in line, and claims the first of them.
    func admitAndClaim(_ claim: Claim) throws(StoreError) -> ClaimedJob? {
        guard view.admits else { return nil }
        switch try admit(for: claim.daemonID, queues: claim.queues) {
        case .turns(0):
            if view.lines.takeLook(isIdle: false) { _ = try look() }
            return nil
        case .turns: return try claimTurned(claim)
        // The worker that admits wakes the others.
        case .underWay where view.lines.isAdmitting: return nil
        case .underWay:
            for _ in 0..<Self.tries {
                usleep(Self.pause)
                if let job = try claimReady(claim) { return job }
            }
            return nil
        }
    }

    /// Looks for lines when none is known. Returns true when a claim may find a job there.
    func seesLines() throws(StoreError) -> Bool {
        if view.lines.hasLines { return true }
        return try look().hasLines
    }

    /// True when a busy worker without a plain job asks for one in line.
    func isWorthAsking() throws(StoreError) -> Bool {
        if view.lines.isWorthAsking { return true }
        return view.lines.hasLines ? false : try look().hasLines
    }

    /// Moves at most `limit` plain jobs into the lines of queues with a row; returns their number.
    func enterQueues(limit: Int) throws(StoreError) -> Int {
        try run(.enterQueues, ["\(limit)"]).first?.int("moved") ?? 0
    }

    /// Takes at most `limit` unclaimed turns back, up to this one; returns the newest turn.
    func takeBack(upTo turn: Int64, limit: Int) throws(StoreError) -> Int64 {
        let newest = try run(.takeBack, ["\(turn)", "\(limit)"]).first?.text("newest")
        return newest.flatMap { Int64($0) } ?? turn
    }

    /// Claims the oldest job that has a turn; nil when none has one, or the daemon's lease has ended.
    func claimReady(_ claim: Claim) throws(StoreError) -> ClaimedJob? {
        do { return try claimedReady(claim, run(claim.readyCall())) } catch let error
            where error.code == .unreadable
        {
            // Another claim may have taken that job meanwhile, and this one's document may be readable.
            guard let job = try claimedReady(claim, run(claim.readyCall(document: false))) else { return nil }
            do { return job.reading(try get(job.attempt.jobID)?.request) } catch let error
                where error.code == .unreadable
            { return job }
        }
    }

    /// Claims a job that has a turn: the next of the list, else the oldest that the server finds.
    private func claimTurned(_ claim: Claim) throws(StoreError) -> ClaimedJob? {
        if let turn = view.turns.next(), let job = try claimTurn(turn, claim) { return job }
        return try claimReady(claim)
    }

    /// Claims the job of the turn; nil when the turn is another's by now, or can't be read.
    func claimTurn(_ turn: TurnList.Turn, _ claim: Claim) throws(StoreError) -> ClaimedJob? {
        do { return try claimed(turn, claim, run(claim.call(turn))) } catch {
            view.turns.failed(turn)
            guard error.code == .unreadable else { throw error }
            return nil
        }
    }

    /// Takes the answer of `claim_turn`.
    func claimed(_ turn: TurnList.Turn, _ claim: Claim, _ rows: PostgresRows) throws(StoreError) -> ClaimedJob? {
        guard rows.first == nil else { return try claimedReady(claim, rows) }
        view.lines.missedTurn()
        return nil
    }

    /// Takes the answer of `claim_ready`, or of a `claim_turn` that brought a job.
    func claimedReady(_ claim: Claim, _ rows: PostgresRows) throws(StoreError) -> ClaimedJob? {
        guard let row = rows.first else {
            view.lines.claimed(urgent: nil)
            return nil
        }
        view.lines.claimed(urgent: row.isUrgent)
        return try lined(claim, row)
    }

    /// Takes the answer of `hand_on`.
    func handedOn(_ claim: Claim, _ rows: PostgresRows) throws(StoreError) -> ClaimedJob? {
        guard let row = rows.first else { return nil }
        view.lines.handedOn(urgent: row.isUrgent)
        return try lined(claim, row)
    }

    /// Takes a row of a claimed job that holds a place.
    private func lined(_ claim: Claim, _ row: PostgresRows.Row) throws(StoreError) -> ClaimedJob {
        let job = try ClaimedJob(row, claim.claimID)
        guard let place = row.declaration else { return job }
        let declared = Declarations.Row(daemonID: claim.daemonID, place: place, first: job.attempt.jobID)
        declarations.declare(declared, jobs: 1)
        declarations.hold(claim.claimID, row.place, by: declared, isLined: true)
        return job
    }

    /// What came of an admission.
    enum Admission: Equatable {
        /// So many jobs have a turn that no claim has taken.
        case turns(Int)
        /// Another pass is under way.
        case underWay
    }

    /// Gives turns to the next jobs in line.
    func admit(for daemonID: UUID?, queues: [String]? = nil) throws(StoreError) -> Admission {
        guard let (ring, wanted) = view.lines.beginAdmission(running: declarations.heldCount) else { return .underWay }
        var parameters = Parameters()
        for text in ["\(wanted)", ring, daemonID?.uuidString] { parameters.append(text) }
        // A pass for all daemons gives turns that this one may not claim.
        let list = daemonID.map { _ in
            PostgresLink.Call(findingTurns: wanted, of: queues, view.candidates?.currentShare ?? .all)
        }
        let rows: [PostgresRows]
        do {
            rows = try pipeline([PostgresLink.Call(.admit, parameters)] + (list.map { [$0] } ?? []))
            if list != nil { view.turns.read(try rows[1].turns()) }
        } catch {
            view.lines.failedAdmission()
            throw error
        }
        guard let row = rows[0].first, let ring = row.text("ring"), row.int("admitted") >= 0 else {
            view.lines.failedAdmission()
            return .underWay
        }
        let admitted = row.int("admitted")
        let turns = admitted + row.int("ready")
        view.lines.endAdmission(
            ring: ring, turns: turns, admitted: admitted, of: wanted, isOwn: daemonID != nil)
        return .turns(turns)
    }

    /// The statements that end the attempt. A job of a line leaves it in the same transaction; of a claim that isn't known
    /// here the line is asked, too.
    func calls(ending completion: Completion) -> [PostgresLink.Call] {
        completion.calls + leaving([completion])
    }

    /// The statement by which ended jobs leave their lines; none when no job has one.
    func leaving(_ completions: [Completion]) -> [PostgresLink.Call] {
        let lined = completions.filter { $0.response != nil && declarations.isLined($0.attempt.claimID) ?? true }
        guard !lined.isEmpty else { return [] }
        view.lines.placeFreed()
        var parameters = Parameters()
        parameters.append(lined.map(\.attempt.jobID))
        return [PostgresLink.Call(.leaveLine, parameters)]
    }
}

extension Claim {
    /// The statement that ends the line of a job, and claims the next of its group for its place.
    func handOnCall(after attempt: Attempt) -> PostgresLink.Call {
        var parameters = Parameters()
        parameters.append(attempt.jobID)
        parameters.append(attempt.claimID)
        appendLined(to: &parameters)
        parameters.append(queues?.array)
        return PostgresLink.Call(.handOn, parameters)
    }

    func call(_ turn: TurnList.Turn) -> PostgresLink.Call {
        var parameters = Parameters()
        appendLined(to: &parameters)
        parameters.append(turn.jobID)
        parameters.append(turn.place)
        parameters.append(instant: turn.number)
        return PostgresLink.Call(.claimTurn, parameters)
    }

    func readyCall(document: Bool = true) -> PostgresLink.Call {
        var parameters = Parameters()
        appendLined(to: &parameters, document: document)
        parameters.append(queues?.array)
        return PostgresLink.Call(.claimReady, parameters)
    }

    /// Appends what each claim from a line says of itself.
    private func appendLined(to parameters: inout Parameters, document: Bool = true) {
        parameters.append(claimID)
        parameters.append(daemonID)
        parameters.append(document)
        parameters.append(linedUseCases?.names.array)
        parameters.append(linedUseCases?.isOnly ?? false)
    }
}
