package import Dispatch

/// An executor on a serial Dispatch queue, where blocking is allowed; for an actor, for a task, or for both.
///
/// As a task's preference it also runs the nonisolated functions called by the task. A worker and all its calls
/// therefore stay on one queue, without a hop through the shared pool.
package final class DispatchQueueExecutor: SerialExecutor, TaskExecutor {
    /// The queue that runs the jobs.
    package let queue: DispatchQueue
    private static let mark = DispatchSpecificKey<Bool>()

    /// Creates an executor on a new serial queue.
    ///
    /// - Parameter target: a serial queue whose thread is used; nil uses a thread of the system's pool while there is
    ///   work.
    package init(label: String, target: DispatchQueue? = nil) {
        queue = DispatchQueue(label: label, target: target)
        queue.setSpecific(key: Self.mark, value: true)
    }

    /// True when the caller runs on a queue of this class and so may block.
    package static var isCurrent: Bool { DispatchQueue.getSpecific(key: mark) == true }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async {
            job.runSynchronously(
                isolatedTo: self.asUnownedSerialExecutor(), taskExecutor: self.asUnownedTaskExecutor())
        }
    }

    package func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }
}
