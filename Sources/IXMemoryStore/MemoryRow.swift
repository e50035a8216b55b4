package import FoundationEssentials
package import IXCore
package import IXStore

/// A job as the store in memory keeps it.
package struct MemoryRow: Sendable {
    package let jobID: UUID
    package let names: JobNames
    package let request: String
    package let callbackURL: String?
    /// Place in the order of inserts; claims take the lowest due number.
    package let number: Int
    package var status = JobStatus.pending
    package var attempts = 0
    package var maxAttempts: Int
    package var due: ContinuousClock.Instant
    /// The claim that holds the job; nil unless the job runs.
    package var claim: Claim?
    package var startedAt: ContinuousClock.Instant?
    package var finishedClaim: UUID?
    package var isCancelled = false
    package var response: ResponseIX?
    /// The pause that each hand-back asked for, oldest first.
    package var pauses: [Duration?] = []
    /// The records of the attempts, oldest first.
    package var notes: [AttemptNote] = []
    package var progress: Progress?

    /// The error's code of an ended job; nil for a success and before the end.
    package var errorCode: String? { response?.errorCode }

    init(_ insertion: NewJob, number: Int) {
        let request = insertion.request
        jobID = .random()
        names = JobNames(
            useCase: request.useCase, clientID: request.clientID, requestID: request.requestID, ixID: "memory-\(number)"
        )
        self.request = request.document.text
        self.number = number
        callbackURL = insertion.callbackURL
        maxAttempts = insertion.maxAttempts
        due = .now
    }

    /// True when the attempt holds the job.
    func isHeld(by attempt: Attempt) -> Bool {
        status == .running && attempts == attempt.attempts && claim?.claimID == attempt.claimID
    }

    mutating func end(_ response: ResponseIX, _ note: AttemptNote?, as status: JobStatus? = nil) {
        self.status = status ?? (response.errorCode == nil ? .done : .error)
        self.response = response
        finishedClaim = claim?.claimID
        leave(note)
    }

    /// Hands the job back, or ends the job when its starts are used up or the job was cancelled.
    mutating func handBack(_ back: HandBack, _ note: AttemptNote?) {
        if isCancelled { return end(ResponseIX(error: .cancelledRunning), note, as: .error) }
        attempts += 1
        if !back.usesUpStart, maxAttempts > 0 { maxAttempts += 1 }
        if maxAttempts > 0, attempts >= maxAttempts {
            return end(ResponseIX(error: back.exhausted), note, as: .error)
        }
        status = .pending
        pauses.append(back.pause)
        due = .now + (back.pause ?? .zero)
        leave(note ?? AttemptNote(back.outcome, exitStatus: nil, logTail: ""))
    }

    private mutating func leave(_ note: AttemptNote?) {
        if let note { notes.append(note) }
        (claim, startedAt, progress) = (nil, nil, nil)
    }

    var handedBack: HandedBack {
        HandedBack(
            jobID: jobID, names: names, status: status, errorCode: errorCode, attempts: attempts,
            isCallbackDue: status.isTerminal && callbackURL != nil)
    }
}
