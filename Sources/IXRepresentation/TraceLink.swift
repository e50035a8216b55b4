internal import FoundationEssentials
package import IXCore

/// `TraceLink` names the trace of a job, and its page where `[traces] link` says where traces are shown.
package struct TraceLink: Sendable, Equatable {
    private let page: String?

    /// Creates the link. `page` is the address of a trace's page, with `{trace_id}` in it; nil without one.
    package init(_ page: String?) { self.page = page }

    /// Returns the id of the job's trace. A trace of the job's own has the job's id, and is told only where a page is
    /// configured, because without spans the id leads nowhere.
    package func traceID(of job: Job) -> String? {
        let caller = job.traceContext.flatMap(TraceParent.parent).flatMap(TraceParent.fields).map { String($0[1]) }
        return caller ?? (page == nil ? nil : job.jobID.uuidString.lowercased().filter { $0 != "-" })
    }

    /// Returns the page of the job's trace; nil where no page is configured.
    package func page(of job: Job) -> String? {
        traceID(of: job).flatMap { id in page?.replacing("{trace_id}", with: id) }
    }

    /// The trace as members of the job's JSON; none for a job without a trace to tell.
    package func members(of job: Job) -> [(String, String)] {
        guard let id = traceID(of: job) else { return [] }
        return [("trace_id", JSONPairs.literal(id))]
            + (page(of: job).map { [("trace_url", JSONPairs.literal($0))] } ?? [])
    }
}
