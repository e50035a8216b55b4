import IXEngine
import IXStore

/// The daemon's status for the service manager: the current activity, or the reason for waiting.
struct StatusLine {
    let text: String

    init(_ state: EngineState) {
        let busy = "\(state.busy) of \(state.workers.count) workers busy"
        let ended = "\(state.counts.done) done and \(state.counts.error) in error since the start"
        if state.isDraining {
            text = "Draining: \(state.busy) jobs running"
        } else if let outage = state.outage {
            text = "Waiting for the database: \(outage); \(busy)"
        } else {
            let listener = state.isListening == false ? "; no notifications, polling" : ""
            let broken = state.openBreakers.map { "; pipeline \($0.pipeline) takes no jobs: \($0.reason)" }.joined()
            text = "Ready: \(busy), \(ended)\(listener)\(broken)"
        }
    }
}
