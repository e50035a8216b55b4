import FoundationEssentials
import IXLogs
import IXStore
import Logging

/// `DeliveryLog` logs deliveries. A line contains only the endpoint, never the whole URL, because the path and the
/// query may contain credentials.
struct DeliveryLog {
    private let ended: Delivery.Ended
    private let logger: Logger

    init(_ ended: Delivery.Ended, _ base: Logger) {
        var logger = base
        logger[metadataKey: "job_id"] = "\(ended.callback.jobID.uuidString.lowercased())"
        logger[metadataKey: "client_id"] = "\(ended.callback.clientID)"
        logger[metadataKey: "endpoint"] = "\(ended.callback.endpoint)"
        self.ended = ended
        self.logger = logger
    }

    func tell() {
        guard let report = ended.completion.report else {
            return logger.tell(ended.verdict == .crowded ? .callbackCrowded : .callbackPutBack)
        }
        var fields: Logger.Metadata = [
            "try": "\(ended.callback.tries + 1)", "seconds": "\((report.seconds * 1000).rounded() / 1000)",
        ]
        if let reason = report.reason { fields["reason"] = "\(reason)" }
        switch ended.completion.outcome {
        case .delivered: logger.tell(.callbackDelivered, fields)
        case .failed: logger.tell(.callbackFailed, fields)
        case .again(let pause, _):
            fields["pause"] = "\(pause.components.seconds)"
            logger.tell(.callbackRetried, fields)
        }
    }

    func changed(_ change: Endpoints.Change) {
        switch change {
        case .opened(let reason): logger.tell(.endpointClosed, ["reason": "\(reason)"])
        case .closed: logger.tell(.endpointOpened)
        }
    }
}
