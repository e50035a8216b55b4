package import Dispatch

/// A thread of execution where blocking is allowed: a serial Dispatch queue, for an actor, for a task, or for both.
///
/// As a task's preference it also runs the nonisolated functions that the task calls, so a worker and everything it
/// awaits stay on one queue: no hop through the shared pool.
package final class DispatchQueueExecutor: SerialExecutor, TaskExecutor {
    package let queue: DispatchQueue
    private static let mark = DispatchSpecificKey<Bool>()

    /// - Parameter target: a serial queue whose thread it uses; nil: one of its own while there is work.
    package init(label: String, target: DispatchQueue? = nil) {
        queue = DispatchQueue(label: label, target: target)
        queue.setSpecific(key: Self.mark, value: true)
    }

    /// Whether the caller is on a queue of this kind, and so may block.
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
