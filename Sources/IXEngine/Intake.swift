import IXCore
import IXPipelines
import IXStore

/// Looks a claimed job over before anything runs: run it, or end it with a reason.
struct Intake: Sendable {
    let pipelines: PipelineRegistry

    enum Verdict: Sendable {
        case run(RequestIX, PipelineRegistry.Entry)
        case refuse(JobError)
        /// It is another daemon's: none of the pipelines here serve its use case.
        case leave(useCase: String)
    }

    func look(at job: ClaimedJob) -> Verdict {
        if job.isCancelled { return .refuse(.cancelledRunning) }
        if job.isExpired { return .refuse(.expired) }
        if job.maxAttempts > 0, job.attempt.attempts >= job.maxAttempts {
            return .refuse(JobError("attempts_exhausted", "all \(job.maxAttempts) starts were used up"))
        }
        do {
            let request = try request(of: job)
            guard let entry = pipelines[request.useCase] else {
                // By the row's own name claims find it or leave it: where that one is served, it would come back for ever.
                guard pipelines[job.names.useCase ?? request.useCase] == nil else {
                    return .refuse(.unknownUseCase(request.useCase))
                }
                return .leave(useCase: request.useCase)
            }
            return .run(request, entry)
        } catch {
            return .refuse(JobError("bad_request", error.description))
        }
    }

    /// Rows may have come in past the door, so everything the door checks is checked once more. The identifiers that the
    /// insert adds come on top of the limit.
    private func request(of job: ClaimedJob) throws(InvalidInput) -> RequestIX {
        guard let text = job.request else { throw InvalidInput("request", "is too large to be read") }
        let document = try JSONDocument(text.utf8, field: "request", limit: Limits.requestBytes + 4096)
        try Keys.validated(job.names.clientID, field: "client_id")
        try Keys.validated(job.names.requestID, field: "request_id")
        let isComplete = ["ix_client_id", "request_id", "ix_id"].allSatisfy { document[$0]?.string != nil }
        return try RequestIX(isComplete ? document : document.setting(job.names.missing))
    }
}

extension JobNames {
    /// What an old document may lack: the row's own names.
    fileprivate var missing: [(key: String, value: String)] {
        [("ix_client_id", clientID), ("request_id", requestID), ("ix_id", ixID)]
    }
}
