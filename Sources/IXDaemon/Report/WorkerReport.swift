import FoundationEssentials
import IXEngine
import IXTelemetry
import Logging

/// Logs the daemon's current state: one line for the daemon, one line for each worker.
struct WorkerReport {
    private let state: EngineState
    private let logger: Logger

    init(_ state: EngineState, _ logger: Logger) {
        self.state = state
        self.logger = logger
    }

    func write() {
        let counts = state.counts
        logger.log(
            .daemonState,
            [
                "busy": "\(state.busy)", "workers": "\(state.workers.count)", "done": "\(counts.done)",
                "error": "\(counts.error)", "handed_back": "\(counts.handedBack)", "fenced": "\(counts.fenced)",
                "store": "\(state.outage ?? "answers")", "draining": "\(state.isDraining)",
                "listening": "\(state.isListening.map { "\($0)" } ?? "off")",
            ])
        for worker in state.workers { log(worker) }
    }

    private func log(_ worker: WorkerState) {
        var fields: Logger.Metadata = [
            "number": "\(worker.number)", "work": "\(worker.work.rawValue)",
            "seconds": "\((ContinuousClock.now - worker.since).components.seconds)",
        ]
        if let job = worker.job {
            fields["job_id"] = "\(job.jobID.uuidString.lowercased())"
            fields["attempt"] = "\(job.attempt)"
            if let useCase = job.useCase { fields["use_case"] = "\(useCase)" }
        }
        logger.log(.workerState, fields)
    }
}
