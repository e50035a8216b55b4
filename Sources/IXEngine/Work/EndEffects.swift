import IXCore
import IXStore

/// `EndEffects` applies the consequences of a written completion: a log line, a count, a callback, a wake-up for a job
/// pending again, and the news for subscribers.
struct EndEffects: Sendable {
    let counts: JobCounts
    let callbacks: any CallbackSink
    let idleWorkers: IdleWorkers
    let ends = EndFeed()

    func conclude(_ completion: Completion, _ result: CompletionResult, _ log: JobLog) {
        log.finished(completion, result)
        switch result {
        case .ended(let status, let isCallbackDue):
            status == .done ? counts.done() : counts.error()
            if isCallbackDue { callbacks.wake() }
            ends.send(
                JobEnd(
                    jobID: completion.attempt.jobID, status: status,
                    errorCode: status == .done ? nil : completion.errorCode, attempt: completion.attempt.number))
        case .handedBack:
            counts.handedBack()
            idleWorkers.wake()
        case .fenced: counts.fenced()
        }
    }

    /// Applies the consequences of a job that a duty moved: a callback, and the news of an end. The duty logs the move.
    func conclude(_ row: HandedBack) {
        if row.isCallbackDue { callbacks.wake() }
        guard row.status.isTerminal else { return }
        ends.send(JobEnd(jobID: row.jobID, status: row.status, errorCode: row.errorCode, attempt: row.attempts))
    }
}
