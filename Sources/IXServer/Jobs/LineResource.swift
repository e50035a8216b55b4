import FoundationEssentials
import IXConcurrency
import IXCore
import IXRepresentation
import IXStore
import IXTelemetry
import Logging

/// Changes to the place of a waiting job: time, priority, queue. The audit notes each change in its own transaction.
struct LineResource: Sendable {
    let core: ServerCore

    var routes: [Route] {
        [
            Route(.post, "/v1/jobs/{job_id}/reschedule", "rescheduleJob", .roles([])) { try await reschedule($0) },
            Route(.post, "/v1/jobs/{job_id}/move", "moveJob", .roles([])) { try await move($0) },
        ]
    }

    private func reschedule(_ call: Call) async throws -> Answer {
        let body = try await call.object(["run_at", "priority"])
        let (runAt, priority) = (try body.text("run_at"), try body.integer("priority"))
        guard runAt != nil || priority != nil else { throw InvalidInput("run_at", "is missing, and so is priority") }
        if let priority, !(-Limits.priority...Limits.priority).contains(priority) {
            throw InvalidInput("priority", "must be -\(Limits.priority) to \(Limits.priority)")
        }
        let jobID = try call.jobID
        try await change(call, "reschedule") { operations in
            switch try operations.reschedule(jobID, runAt: runAt, priority: priority) {
            case .rescheduled: return
            case .notPending(let status): throw Self.problem(status)
            case .notFound: throw Problem.notFound
            }
        }
        return Self.answer(jobID, "rescheduled")
    }

    private func move(_ call: Call) async throws -> Answer {
        guard let queue = try await call.object(["queue"]).text("queue") else {
            throw InvalidInput("queue", "is missing")
        }
        try Keys.validated(queue, field: "queue")
        let jobID = try call.jobID
        let result = Locked<QueueMove.Result>(.notFound)
        try await change(call, "queue_move") { operations in
            result.value = try operations.move([jobID], to: queue).first?.result ?? .notFound
            switch result.value {
            case .moved, .unchanged: return
            case .refused(let input): throw input
            case .notPending(let status): throw Self.problem(status)
            case .notFound: throw Problem.notFound
            }
        }
        return Self.answer(jobID, result.value == .moved ? "moved" : "unchanged")
    }

    /// Runs a change of the path's job with its audit, in one transaction. A change that throws leaves no entry.
    private func change(
        _ call: Call, _ action: String, _ body: @escaping @Sendable (any JobOperations) throws -> Void
    ) async throws {
        let entry = call.auditEntry(action, target: try call.jobID.uuidString.lowercased())
        try await core.audited(entry, adding: ["job_id": "\(entry.target ?? "")"], body)
    }

    private static func answer(_ jobID: UUID, _ result: String) -> Answer {
        .json(
            JSONPairs([
                ("job_id", JSONPairs.literal(jobID.uuidString.lowercased())), ("result", JSONPairs.literal(result)),
            ]).text)
    }

    private static func problem(_ status: JobStatus) -> Problem {
        var problem =
            status == .running ? Problem(.underWay, "The job runs.") : Problem(.ended, "The job has ended.")
        problem.members = [("job_status", JSONPairs.literal(status.rawValue))]
        return problem
    }
}
