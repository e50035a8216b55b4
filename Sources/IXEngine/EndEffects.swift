import IXCore
import IXStore

/// What an end that was written leads to: a line of the log, a count, a callback, a free job.
struct EndEffects: Sendable {
    let tally: Tally
    let callbacks: any CallbackSink
    let gate: WakeGate

    func conclude(_ finish: Finish, _ result: FinishResult, _ log: JobLog) {
        log.finished(finish, result)
        switch result {
        case .ended(let status, let owesCallback):
            status == .done ? tally.done() : tally.error()
            if owesCallback { callbacks.hint() }
        case .handedBack:
            tally.handedBack()
            gate.hint()
        case .fenced: tally.fenced()
        }
    }
}
