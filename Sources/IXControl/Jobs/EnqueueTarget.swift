import FoundationEssentials
import IXCore
import IXStore

/// The queue as `ixctl enqueue` needs it: a store, or a server in front of one.
///
/// Failure: `StoreError` as the store throws it, so that both lead to the same words and exit codes.
protocol EnqueueTarget: Sendable {
    /// Inserts a job as `JobEnqueueing.insertPending` does.
    func insert(_ job: NewJob) async throws(StoreError) -> InsertResult
    /// Inserts jobs as `JobEnqueueing.insertPendingBatch` does.
    func insert(_ jobs: [NewJob]) async throws(StoreError) -> [BatchInsertResult]
    /// Returns the job, and its progress while it runs.
    func look(_ jobID: UUID) async throws(StoreError) -> (Job?, ProgressRecord?)
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
}
