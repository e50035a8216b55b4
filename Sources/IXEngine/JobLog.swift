import FoundationEssentials
import IXCore
import IXStore
import Logging

/// Tells a job's life to the log: constant messages, the job's fields in the metadata.
struct JobLog {
    let logger: Logger

    init(_ job: ClaimedJob, base: Logger) {
        var logger = base
        logger[metadataKey: "job_id"] = "\(job.attempt.jobID.uuidString.lowercased())"
        logger[metadataKey: "attempt"] = "\(job.attempt.number)"
        logger.add(job.names)
        self.logger = logger
    }

    func claimed() { logger.info("job claimed") }

    func threw(_ error: any Error) { logger.error("pipeline threw an error", metadata: ["error": "\(error)"]) }

    func finished(_ result: FinishResult) {
        switch result {
        case .ended(.done, _): logger.info("job done")
        case .ended: logger.info("job ended in error")
        case .handedBack: logger.info("job handed back")
        case .fenced: logger.warning("job fenced: another attempt holds it; result dropped")
        }
    }

    func dropped() { logger.warning("job dropped: the lease was lost") }

    func leftToSweep(_ error: StoreError) {
        logger.warning(
            "job left to the sweep: its end could not be written", metadata: ["error": "\(error.debugDescription)"])
    }

    func refusedByStore(_ error: StoreError) {
        logger.error("the store refused a job's end", metadata: ["error": "\(error.debugDescription)"])
    }
}

extension Logger {
    mutating func add(_ names: JobNames) {
        self[metadataKey: "ix_id"] = "\(names.ixID)"
        self[metadataKey: "client_id"] = "\(names.clientID)"
        self[metadataKey: "request_id"] = "\(names.requestID)"
        if let useCase = names.useCase { self[metadataKey: "use_case"] = "\(useCase)" }
    }
}
