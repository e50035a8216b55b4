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
                "busy": .number(state.busy), "workers": .number(state.workers.count), "done": .number(counts.done),
                "error": .number(counts.error), "handed_back": .number(counts.handedBack),
                "fenced": .number(counts.fenced),
                "store": "\(state.outage ?? "answers")", "draining": "\(state.isDraining)",
                "listening": "\(state.isListening.map { "\($0)" } ?? "off")",
            ])
        for worker in state.workers { log(worker) }
    }

    private func log(_ worker: WorkerState) {
        var fields: Logger.Metadata = [
            "number": .number(worker.number), "work": "\(worker.work.rawValue)",
            "seconds": .wholeSeconds((ContinuousClock.now - worker.since)),
        ]
        if let job = worker.job {
            fields["job_id"] = "\(job.jobID.uuidString.lowercased())"
            fields["attempt"] = .number(job.attempt)
            if let useCase = job.useCase { fields["use_case"] = "\(useCase)" }
        }
        logger.log(.workerState, fields)
    }
}
