import IXCore
import IXStore

/// `EndEffects` applies the consequences of a written completion: a log line, a count, a callback, and a wake-up for a
/// job pending again.
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
