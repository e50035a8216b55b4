import IXCore
import IXStore
import IXTelemetry

/// `EndEffects` applies the consequences of a written completion: a log line, a count, a callback, a wake-up for a job
/// pending again, and the news for subscribers.
struct EndEffects: Sendable {
    let counts: JobCounts
    let callbacks: any CallbackSink
    let idleWorkers: IdleWorkers
    /// Nil when nothing is counted beside `counts`.
    let meters: JobMeters?
    let ends = EndFeed()

    func conclude(_ completion: Completion, _ result: CompletionResult, _ log: JobLog) {
        log.finished(completion, result)
        log.trace.processed(completion, result)
        switch result {
        case .ended(let status, let isCallbackDue):
            status == .done ? counts.done() : counts.error()
            if isCallbackDue { callbacks.wake() }
            if let meters = log.meters {
                status == .done ? meters.ended(run: log.run) : meters.failed(completion.errorCode, run: log.run)
            }
            ends.send(
                JobEnd(
                    jobID: completion.attempt.jobID, status: status,
                    errorCode: status == .done ? nil : completion.errorCode, attempt: completion.attempt.number))
        case .handedBack:
            counts.handedBack()
            log.meters?.wentBack(completion.reason)
            idleWorkers.wake()
        case .fenced:
            counts.fenced()
            meters?.fenced()
        }
    }

    /// Applies the consequences of a job that a duty moved: a count, a callback, and the news of an end. The duty logs
    /// the move.
    func conclude(_ row: HandedBack, by cause: Cause) {
        if row.isCallbackDue { callbacks.wake() }
        if let meters { count(row, by: cause, meters) }
        guard row.status.isTerminal else { return }
        ends.send(JobEnd(jobID: row.jobID, status: row.status, errorCode: row.errorCode, attempt: row.attempts))
    }

    /// The duty that moved a job.
    enum Cause {
        case sweep, expiry, unserved, lostClaim, shutdown
    }

    private func count(_ row: HandedBack, by cause: Cause, _ meters: JobMeters) {
        let useCase = meters.meters(of: row.names.useCase)
        switch cause {
        case .sweep: meters.swept(isOver: row.status.isTerminal)
        case .expiry: meters.expired()
        case .lostClaim where row.status == .pending: useCase.wentBack(.lostClaim)
        case .shutdown where row.status == .pending: useCase.wentBack(.shutdown)
        case .unserved, .lostClaim, .shutdown: break
        }
        switch row.status {
        case .done: useCase.ended(run: nil)
        case .error: useCase.failed(row.errorCode, run: nil)
        case .pending, .running: break
        }
    }
}

extension Completion {
    /// The reason of a hand-back, for the counts.
    fileprivate var reason: UseCaseMeters.Return {
        guard case .handBack(let back) = kind else { return .retry }
        return switch back.outcome {
        case .shutdown: .shutdown
        case .lostClaim, .leaseLost: .lostClaim
        case .unstarted: .breaker
        default: .retry
        }
    }
}
