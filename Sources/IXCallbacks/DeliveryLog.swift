import FoundationEssentials
import IXStore
import IXTelemetry
import Logging

/// `DeliveryLog` logs deliveries. A line contains only the endpoint, never the whole URL, because the path and the
/// query may contain credentials.
struct DeliveryLog {
    private let result: DeliveryResult
    private let logger: Logger

    init(_ result: DeliveryResult, _ base: Logger) {
        var logger = base
        logger[metadataKey: "job_id"] = "\(result.callback.jobID.uuidString.lowercased())"
        logger[metadataKey: "client_id"] = "\(result.callback.clientID)"
        logger[metadataKey: "endpoint"] = "\(result.callback.endpoint)"
        self.result = result
        self.logger = logger
    }

    func record() {
        guard let report = result.completion.report else {
            return logger.log(result.observation == .crowded ? .callbackCrowded : .callbackPutBack)
        }
        var fields: Logger.Metadata = [
            "try": .number(result.callback.tries + 1),
            "seconds": .seconds(.milliseconds(Int64(min(report.seconds, 1e9) * 1000))),
        ]
        if let reason = report.reason { fields["reason"] = "\(reason)" }
        switch result.completion.outcome {
        case .delivered: logger.log(.callbackDelivered, fields)
        case .failed: logger.log(.callbackFailed, fields)
        case .again(let pause, _):
            fields["pause"] = .wholeSeconds(pause)
            logger.log(.callbackRetried, fields)
        }
    }

    func record(_ transition: Endpoints.Transition) {
        switch transition {
        case .opened(let reason): logger.log(.endpointClosed, ["reason": "\(reason)"])
        case .closed: logger.log(.endpointOpened)
        }
    }
}
