import IXEngine
import IXStore

/// The daemon's status for the service manager: the current activity, or the reason for waiting.
struct StatusLine {
    let text: String

    /// `refusal`: what was wrong at the last reload.
    init(_ state: EngineState, refusal: [String] = []) {
        text = Self.text(state) + Self.text(refusal)
    }

    private static func text(_ refusal: [String]) -> String {
        guard let first = refusal.first else { return "" }
        let more = refusal.count > 1 ? " (and \(refusal.count - 1) more)" : ""
        return "; reload refused, the old configuration is in force: \(first)\(more)"
    }

    private static func text(_ state: EngineState) -> String {
        let busy = "\(state.busy) of \(state.workers.count) workers busy"
        let ended = "\(state.counts.done) done and \(state.counts.error) in error since the start"
        if state.isDraining {
            return "Draining: \(state.busy) jobs running"
        } else if let outage = state.outage {
            return "Waiting for the database: \(outage); \(busy)"
        } else {
            let listener = state.isListening == false ? "; no notifications, polling" : ""
            let broken = state.openBreakers.map { "; pipeline \($0.pipeline) takes no jobs: \($0.reason)" }.joined()
            return "Ready: \(busy), \(ended)\(listener)\(broken)"
        }
    }
}
