import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore
import IXTelemetry
import Logging

/// Changes to one job. Each is written to the audit in its own transaction.
struct ActionResource: Sendable {
    let core: ServerCore

    var routes: [Route] {
        [
            Route(.post, "/v1/jobs/{job_id}/cancel", "cancelJob", .roles([.producer])) { try await cancel($0) },
            Route(.post, "/v1/jobs/{job_id}/resubmit", "resubmitJob", .roles([.producer])) { try await resubmit($0) },
            Route(.post, "/v1/jobs/{job_id}/callback/redeliver", "redeliverCallback", .roles([.producer])) {
                try await redeliver($0)
            },
            Route(.delete, "/v1/jobs/{job_id}", "eraseJob", .roles([])) { try await erase($0) },
        ]
    }

    private func cancel(_ call: Call) async throws -> Answer {
        _ = try await call.object([])  // ignored: only that the body has no member
        let jobID = try call.jobID
        let result = try await change(call, "cancel") { operations -> Cancellation.Result? in
            let result = try operations.cancel(jobID)
            switch result {
            case .cancelled, .cancelling: return result
            case .ended(let status): throw Self.problem(.ended, "The job has ended.", status)
            case .notFound: throw Problem.notFound
            }
        }
        return Self.answer(jobID, result == .cancelled ? "cancelled" : "cancelling", result == .cancelled ? 200 : 202)
    }

    private func resubmit(_ call: Call) async throws -> Answer {
        let requestID = try await call.object(["request_id"]).text("request_id")
        if let requestID { try Keys.validated(requestID, field: "request_id") }
        let jobID = try call.jobID
        let result = try await change(call, "resubmit") { operations -> Resubmission? in
            switch try operations.resubmit(jobID, requestID: requestID) {
            case .notEnded(let status): throw Self.problem(.notEnded, "The job has not ended.", status)
            case .notFound: throw Problem.notFound
            case let done: return done
            }
        }
        let (new, status): (UUID?, Int) =
            switch result {
            case .resubmitted(let new): (new, 201)
            case .duplicate(let new): (new, 200)
            default: (nil, 500)
            }
        let text = JSONPairs([
            ("job_id", JSONPairs.literal(jobID.uuidString.lowercased())),
            ("new_job_id", JSONPairs.literal(new?.uuidString.lowercased())), ("duplicate", "\(status == 200)"),
        ]).text
        return .json(
            text, status: status, headers: new.map { [("location", "/v1/jobs/\($0.uuidString.lowercased())")] } ?? [])
    }

    private func redeliver(_ call: Call) async throws -> Answer {
        _ = try await call.object([])  // ignored: only that the body has no member
        let jobID = try call.jobID
        _ = try await change(call, "redeliver") { operations -> Redelivery.Result? in
            let result = try operations.redeliver([jobID]).first?.result ?? .notFound
            switch result {
            case .due: return result
            case .underWay: throw Problem(.underWay, "A daemon sends the callback now.")
            case .noURL: throw Problem(.noURL, "The job has no callback URL.")
            case .notEnded: throw Problem(.notEnded, "The job has not ended.")
            case .notFound: throw Problem.notFound
            }
        }
        return Self.answer(jobID, "due", 202)
    }

    private func erase(_ call: Call) async throws -> Answer {
        let jobID = try call.jobID
        _ = try await change(call, "erase") { operations -> Erasure? in
            switch try operations.erase(jobID) {
            case .erased: return .erased
            case .notEnded(let status): throw Self.problem(.notEnded, "The job has not ended.", status)
            case .callbackDue: throw Problem(.underWay, "The job's callback is due.")
            case .notFound: throw Problem.notFound
            }
        }
        return .empty
    }

    /// Runs a change of the path's job with its audit, in one transaction. A change that throws leaves no entry.
    private func change<Value: Sendable>(
        _ call: Call, _ action: String, _ body: @escaping @Sendable (any JobOperations) throws -> Value?
    ) async throws -> Value? {
        let jobID = try call.jobID
        let entry = call.auditEntry(action, target: jobID.uuidString.lowercased())
        let clientID = call.caller.clientID
        return try await core.audited(entry, adding: ["job_id": "\(entry.target ?? "")"]) { operations -> Value? in
            if let clientID {
                guard try operations.get(jobID)?.clientID == clientID else { throw Problem.notFound }
            }
            return try body(operations)
        }
    }

    private static func answer(_ jobID: UUID, _ result: String, _ status: Int) -> Answer {
        .json(
            JSONPairs([
                ("job_id", JSONPairs.literal(jobID.uuidString.lowercased())), ("result", JSONPairs.literal(result)),
            ]).text, status: status)
    }

    private static func problem(_ kind: Problem.Kind, _ detail: String, _ status: JobStatus) -> Problem {
        var problem = Problem(kind, detail)
        problem.members = [("job_status", JSONPairs.literal(status.rawValue))]
        return problem
    }
}

extension Call {
    /// Returns the entry of the audit for a change by this call.
    func auditEntry(_ action: String, target: String?, filter: String? = nil, count: Int = 1) -> AuditEntry {
        AuditEntry(
            actor: caller.actor, role: caller.role?.rawValue ?? "none", action: action, target: target, filter: filter,
            count: count, requestID: id, address: peer.address)
    }
}
