/// Checks the events of a single job: follows the row from its insert to its end.
struct JobCheck {
    private let jobID: String
    private(set) var violations: [Violation] = []
    /// The row after the previous event.
    private var row: JobEvent.Row?
    private(set) var end: JobEvent?
    private(set) var claims: [JobEvent] = []

    init(_ events: [JobEvent]) {
        jobID = events.first?.jobID ?? ""
        for event in events { follow(event) }
    }

    private mutating func follow(_ event: JobEvent) {
        guard let new = event.new else { return add(.lost, "its row was deleted") }
        guard let old = event.old else { return insert(new) }
        if old != row { add(.illegal, "\(Self.text(old)) was not what the write before had left") }
        row = new
        if old.hasEnded { return afterEnd(old, new) }
        switch (old.status, new.status) {
        case ("pending", "pending"), ("running", "running"): stay(old, new)
        case ("pending", "running"): claim(event, old, new)
        case ("pending", "error"): end(event, old, new)
        case ("running", "pending"): goBack(old, new)
        case ("running", "done"), ("running", "error"): end(event, old, new)
        default: add(.illegal, "\(old.status) became \(new.status)")
        }
    }

    private mutating func insert(_ new: JobEvent.Row) {
        if row != nil { add(.doubled, "it was inserted twice") }
        if new.status != "pending" || new.attempts != 0 { add(.illegal, "it was inserted as \(Self.text(new))") }
        row = new
    }

    private mutating func stay(_ old: JobEvent.Row, _ new: JobEvent.Row) {
        if new.claimID != old.claimID || new.daemonID != old.daemonID {
            add(.outOfDate, "a claim was taken over: \(Self.text(old)) became \(Self.text(new))")
        }
        if new.attempts != old.attempts || new.response != old.response {
            add(.illegal, "\(Self.text(new)) while it ran")
        }
    }

    private mutating func claim(_ event: JobEvent, _ old: JobEvent.Row, _ new: JobEvent.Row) {
        if new.claimID == nil { add(.illegal, "it was claimed without a claim_id") }
        if claims.contains(where: { $0.new?.claimID == new.claimID }) { add(.outOfDate, "a claim_id came twice") }
        if new.attempts != old.attempts { add(.illegal, "a claim changed attempts") }
        if old.isCancelRequested { add(.uncancelled, "it was started after its cancel") }
        claims.append(event)
    }

    private mutating func goBack(_ old: JobEvent.Row, _ new: JobEvent.Row) {
        if new.attempts != old.attempts + 1 { add(.illegal, "it went back with \(new.attempts) after \(old.attempts)") }
        if new.claimID != nil { add(.illegal, "it went back with its claim") }
        if old.isCancelRequested { add(.uncancelled, "it went back after its cancel") }
    }

    private mutating func end(_ event: JobEvent, _ old: JobEvent.Row, _ new: JobEvent.Row) {
        end = event
        if new.response == nil { add(.illegal, "it ended without a response") }
        if old.isCancelRequested, !new.isCancelled { add(.uncancelled, "it ended as \(new.response ?? "nothing")") }
        guard old.status == "running" else {
            if !new.isCancelled, !new.isExpired, !new.isUnserved {
                add(.illegal, "it ended without a start: \(new.response ?? "")")
            }
            return
        }
        if let claim = new.finishedClaim {
            if claim != old.claimID { add(.outOfDate, "claim \(claim) ended what \(old.claimID ?? "nobody") held") }
            if new.attempts != old.attempts { add(.illegal, "its end changed attempts") }
        } else if new.attempts != old.attempts + 1 || new.claimID != nil {
            add(.outOfDate, "it ended by no claim, and not by the sweep: \(Self.text(new))")
        }
    }

    private mutating func afterEnd(_ old: JobEvent.Row, _ new: JobEvent.Row) {
        var same = new
        same.callbackStatus = old.callbackStatus
        if same != old { return add(.doubled, "\(Self.text(old)) became \(Self.text(new))") }
        switch (old.callbackStatus, new.callbackStatus) {
        case (nil, _), ("failed", "delivered"): break
        case let (before, after) where before == after: break
        default: add(.illegal, "callback_status went back to \(new.callbackStatus ?? "null")")
        }
    }

    private mutating func add(_ kind: Violation.Kind, _ what: String) {
        violations.append(Violation(kind: kind, jobID: jobID, what: what))
    }

    private static func text(_ row: JobEvent.Row) -> String {
        "\(row.status) (attempts \(row.attempts), claim \(row.claimID ?? "none"), ended by \(row.finishedClaim ?? "none"))"
    }
}

extension JobEvent.Row {
    var isCancelled: Bool { status == "error" && response?.contains("\"cancelled\"") == true }
    fileprivate var isExpired: Bool { status == "error" && response?.contains("\"expired\"") == true }
    fileprivate var isUnserved: Bool { status == "error" && response?.contains("\"unknown_use_case\"") == true }
}
