package import FoundationEssentials

/// `ResubmitOrigin` is the ended job from which a job was made, as the new job's `trace_context` keeps it: behind the
/// caller's `traceparent` and `tracestate`, a line with the place of the ended job's last start, and a line with its id.
///
/// So a trace of the new job leads to the trace of the old one, also when the old job's row is deleted. Claims read
/// `trace_context` anyway: other jobs pay nothing.
package struct ResubmitOrigin: Sendable, Equatable {
    /// The ended job's id.
    package let jobID: UUID
    /// The `traceparent` of the ended job's last start; the caller's for a job that never ran; nil without either.
    package let traceparent: String?

    /// Creates the origin of the jobs that are made from `job`.
    package init(of job: Job) {
        let caller = job.traceContext.flatMap(TraceParent.parent)
        jobID = job.jobID
        guard let claim = job.finishedClaim ?? job.claimID else {
            traceparent = TraceParent.checked(caller)
            return
        }
        let trace = caller.flatMap(TraceParent.fields).map { String($0[1]) } ?? Self.hex(job.jobID)
        traceparent = "00-\(trace)-\(Self.hex(claim).suffix(16))-01"
    }

    /// Reads a kept text; nil for a text without an origin.
    package init?(context: String) {
        let lines = context.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 4, let id = UUID(uuidString: String(lines[3])) else { return nil }
        (jobID, traceparent) = (id, TraceParent.checked(String(lines[2])))
    }

    /// The text that a job without a caller's trace keeps.
    package var context: String { "\n\n\(traceparent ?? "")\n\(jobID.uuidString.lowercased())" }

    private static func hex(_ id: UUID) -> String { id.uuidString.lowercased().filter { $0 != "-" } }
}
