internal import Dispatch
internal import Glibc
internal import Synchronization

/// `DedicatedThread` runs blocking work on a dedicated thread.
///
/// Dispatch is avoided for two reasons. A blocked queue holds a thread of the few hundred that all queues share. In
/// libdispatch of Swift 6.3 on Linux, sources are unsafe with pipes. When the other end hangs up, a thread may free the
/// record of the descriptor while another thread still reads the record. The process then crashes.
/// Failure: when no thread can be created, the work runs on a global Dispatch queue.
package enum DedicatedThread {
    /// Runs `body`, which may block, on a dedicated thread, and returns its result. The calling task is suspended and
    /// holds no thread.
    package static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { done in
            start { done.resume(returning: body()) }
        }
    }

    /// Starts `body`, which may block, on a dedicated thread, and returns at once.
    package static func start(_ body: @escaping @Sendable () -> Void) {
        guard !IdleThread.give(body) else { return }
        var thread = pthread_t()
        let first = Unmanaged.passRetained(IdleThread(body))
        let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { first in
            Unmanaged<IdleThread>.fromOpaque(first!).takeRetainedValue().live()
            return nil
        }
        guard pthread_create(&thread, nil, main, first.toOpaque()) == 0 else {
            first.release()
            return DispatchQueue.global().async(execute: body)
        }
        pthread_detach(thread)
    }
}

/// `IdleThread` waits up to 5 s for the next work, because creating a thread costs half as much as starting a
/// program.
private final class IdleThread: Sendable {
    typealias Work = @Sendable () -> Void

    /// The maximum number of waiting threads, and the time that each waits.
    private static let limit = 16
    private static let timeout = Duration.seconds(5)
    private static let parked = Mutex<[IdleThread]>([])

    private let work: Mutex<Work?>
    private let arrival = TimedSemaphore()

    init(_ first: @escaping Work) { work = Mutex(first) }

    /// Gives the work to a waiting thread. Returns false when no thread waits.
    static func give(_ work: @escaping Work) -> Bool {
        guard let thread = parked.withLock({ $0.popLast() }) else { return false }
        thread.work.withLock { $0 = work }
        thread.arrival.signal()
        return true
    }

    func live() { while perform(), park() {} }

    /// Runs the work, and frees it before the thread waits for more.
    private func perform() -> Bool {
        guard let body = work.withLock({ $0.take() }) else { return false }
        body()
        return true
    }

    /// Waits for work. Returns false when no work came within 5 s, or enough threads wait already.
    private func park() -> Bool {
        let isParked = Self.parked.withLock { parked in
            guard parked.count < Self.limit else { return false }
            parked.append(self)
            return true
        }
        guard isParked else { return false }
        if arrival.wait(upTo: Self.timeout) { return true }
        let isFree = Self.parked.withLock { parked in
            guard let index = parked.firstIndex(where: { $0 === self }) else { return false }
            parked.remove(at: index)
            return true
        }
        // A caller of `give` has just taken this thread and is about to hand over work.
        if !isFree { arrival.wait() }
        return !isFree
    }
}
