internal import Dispatch
internal import Glibc

/// A thread for work that blocks: one run's, and nobody else's.
///
/// Not Dispatch, twice over: a queue that blocks holds one of the few hundred threads all queues share, and its sources
/// can't be trusted with pipes (when the other end hangs up, the libdispatch of Swift 6.3 on Linux may free its record of
/// the descriptor on one thread while another still walks it, and the process is gone).
enum OwnThread {
    /// Runs `body` where it may block, while the caller's thread goes on with other tasks.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { done in
            start { done.resume(returning: body()) }
        }
    }

    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Begins `body` where it may block.
    static func start(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(body))
        let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { work in
            Unmanaged<Work>.fromOpaque(work!).takeRetainedValue().body()
            return nil
        }
        guard pthread_create(&thread, nil, main, work.toOpaque()) == 0 else {
            work.release()
            return DispatchQueue.global().async(execute: body)
        }
        pthread_detach(thread)
    }
}
