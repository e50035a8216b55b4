import IXCore
import IXPipelines
import IXStore

/// `ClaimCheck` checks a claimed job before its pipeline starts: the job runs, ends with an error, or goes back.
struct ClaimCheck: Sendable {
    let pipelines: PipelineRegistry

    enum Decision: Sendable {
        case run(RequestIX, PipelineRegistry.Entry)
        case refuse(JobError)
        /// The job is for another daemon, because no pipeline here serves the use case.
        case leave(useCase: String)
    }

    /// Returns the decision for the job. Pure.
    func decide(_ job: ClaimedJob) -> Decision {
        if job.isCancelled { return .refuse(.cancelledRunning) }
        if job.isExpired { return .refuse(.expired) }
        if job.maxAttempts > 0, job.attempt.attempts >= job.maxAttempts {
            return .refuse(JobError("attempts_exhausted", "all \(job.maxAttempts) starts were used up"))
        }
        do {
            let request = try request(of: job)
            guard let entry = pipelines[request.useCase] else {
                // Claims filter by the row's use case. If this daemon serves the row's use case, a job handed back
                // would return forever.
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

    /// Checks the request as at insertion, because foreign code may have inserted the row without checks. The limit is
    /// 4096 bytes higher, because the insert adds identifiers.
    private func request(of job: ClaimedJob) throws(InvalidInput) -> RequestIX {
        guard let text = job.request else { throw InvalidInput("request", "is too large to be read") }
        let document = try JSONDocument(text.utf8, field: "request", limit: Limits.requestBytes + 4096)
        try Keys.validated(job.names.clientID, field: "client_id")
        try Keys.validated(job.names.requestID, field: "request_id")
        let isComplete = ["ix_client_id", "request_id", "ix_id"].allSatisfy(document.isString)
        return try RequestIX(isComplete ? document : document.setting(job.names.missing))
    }
}

extension JobNames {
    /// The names of the row that a document of a legacy producer may lack.
    fileprivate var missing: [(key: String, value: String)] {
        [("ix_client_id", clientID), ("request_id", requestID), ("ix_id", ixID)]
    }
}
