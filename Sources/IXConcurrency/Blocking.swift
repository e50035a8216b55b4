import Dispatch

/// `Blocking` waits for a task on a thread that may block.
package enum Blocking {
    /// Runs `body` as a task of its own, and blocks the calling thread until the task has ended.
    ///
    /// Requires: a thread that is none of the pool's, such as that of a serial queue.
    /// Failure: the error of `body`.
    package static func wait(_ body: @escaping @Sendable () async throws -> Void) throws {
        let (result, ended) = (Locked<Result<Void, any Error>>(.success(())), DispatchSemaphore(value: 0))
        Task(executorPreference: DispatchQueueExecutor(label: "ix.blocking")) {
            do { try await body() } catch { result.value = .failure(error) }
            ended.signal()
        }
        ended.wait()
        try result.value.get()
    }
}
