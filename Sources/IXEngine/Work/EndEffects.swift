import IXCore
import IXStore

/// `EndEffects` applies the consequences of a written completion: a log line, a count, a callback, and a wake-up for a
/// job pending again.
struct EndEffects: Sendable {
    let counts: JobCounts
    let callbacks: any CallbackSink
    let idleWorkers: IdleWorkers

    func conclude(_ completion: Completion, _ result: CompletionResult, _ log: JobLog) {
        log.finished(completion, result)
        switch result {
        case .ended(let status, let isCallbackDue):
            status == .done ? counts.done() : counts.error()
            if isCallbackDue { callbacks.wake() }
        case .handedBack:
            counts.handedBack()
            idleWorkers.wake()
        case .fenced: counts.fenced()
        }
    }
}
