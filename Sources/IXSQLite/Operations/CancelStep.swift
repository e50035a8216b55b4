import FoundationEssentials
import GRDB
import IXCore
import IXStore

/// `CancelStep` cancels a job inside a writer's transaction.
enum CancelStep {
    /// Ends a pending job as cancelled, and marks a running one.
    static func run(_ jobID: UUID, _ db: Database) throws -> Cancellation.Result {
        guard let row = try db.row(.get, [jobID.text]) else { return .notFound }
        let now = Timestamp.now.text
        switch try row.status("status") {
        case .pending:
            let response = ResponseIX(error: .cancelledWaiting).answering(row.names).document.normalForm
            try db.run(.endPending, [jobID.text, now, response])
            return .cancelled
        case .running:
            try db.run(.requestCancel, [jobID.text, now])
            return .cancelling
        case let ended: return .ended(ended)
        }
    }
}
