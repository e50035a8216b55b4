import FoundationEssentials
import IXCore
import IXStore

/// The queue as `ixctl enqueue` needs it: a store, or a server in front of a store.
///
/// Failure: `StoreError` as the store throws it, so that both lead to equal words and exit codes.
protocol EnqueueTarget: Sendable {
    /// Inserts a job as `JobEnqueueing.insertPending` does.
    func insert(_ job: NewJob) async throws(StoreError) -> InsertResult
    /// Inserts jobs as `JobEnqueueing.insertPendingBatch` does.
    func insert(_ jobs: [NewJob]) async throws(StoreError) -> [BatchInsertResult]
    /// Returns the job, and its progress while it runs.
    func look(_ jobID: UUID) async throws(StoreError) -> (Job?, ProgressRecord?)
    /// Returns why the pending job doesn't start, as a sentence; nil when nothing stands in its way, or isn't known.
    func obstacle(of job: Job) async throws(StoreError) -> String?
}

/// A store as the target of `ixctl enqueue`.
struct StoreTarget: EnqueueTarget {
    let store: any JobStore

    func insert(_ job: NewJob) async throws(StoreError) -> InsertResult {
        try await store.perform { try $0.insertPending(job) }
    }

    func insert(_ jobs: [NewJob]) async throws(StoreError) -> [BatchInsertResult] {
        try await store.perform { try $0.insertPendingBatch(jobs) }
    }

    func look(_ jobID: UUID) async throws(StoreError) -> (Job?, ProgressRecord?) {
        try await store.perform { operations in
            let job = try operations.get(jobID)
            return (job, job?.status == .running ? try operations.progress(of: jobID) : nil)
        }
    }

    func obstacle(of job: Job) async throws(StoreError) -> String? {
        let (daemons, line) = try await store.perform { operations in
            (
                try operations.surroundings().daemons.map(\.daemon),
                job.queue == nil ? nil : try operations.line(of: job.jobID)?.reason
            )
        }
        if daemons.isEmpty { return "No daemon runs: the job starts when one does (`ix-worker`)." }
        let useCase = job.useCase ?? ""
        let queue = job.queue ?? useCase
        let serving = daemons.filter { $0.serves(useCase) }
        if serving.isEmpty { return Self.unserved(useCase, by: daemons) }
        if !serving.contains(where: { $0.takes(queue) }) {
            return "No daemon with a pipeline for it takes jobs of queue \(ScreenText(queue).text) ([worker] queues)."
        }
        return line.map { "The job stands in line: \(ScreenText($0).text)" }
    }

    private static func unserved(_ useCase: String, by daemons: [DaemonIdentity]) -> String {
        let what = "No daemon has a pipeline for use case \(ScreenText(useCase).text)"
        let served = Set(daemons.flatMap { $0.serves ?? [] }).sorted()
        guard let near = Suggestion.nearest(to: useCase, among: served) else { return what + "." }
        return Suggestion.reason(what, ScreenText(near).text)
    }
}
