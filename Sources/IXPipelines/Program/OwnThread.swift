internal import Dispatch
internal import Glibc
internal import Synchronization

/// A thread for work that blocks: one run's, and nobody else's as long as it runs.
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

    /// Begins `body` where it may block.
    static func start(_ body: @escaping @Sendable () -> Void) {
        guard !ParkedThread.give(body) else { return }
        var thread = pthread_t()
        let first = Unmanaged.passRetained(ParkedThread(body))
        let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { first in
            Unmanaged<ParkedThread>.fromOpaque(first!).takeRetainedValue().live()
            return nil
        }
        guard pthread_create(&thread, nil, main, first.toOpaque()) == 0 else {
            first.release()
            return DispatchQueue.global().async(execute: body)
        }
        pthread_detach(thread)
    }
}

/// A thread that takes the next work when there is some soon: making one costs as much as starting half a program.
private final class ParkedThread: Sendable {
    typealias Work = @Sendable () -> Void

    /// The most that wait for work, and how long each does.
    private static let places = 16
    private static let patience = DispatchTimeInterval.seconds(5)
    private static let parked = Mutex<[ParkedThread]>([])

    private let work: Mutex<Work?>
    private let arrival = DispatchSemaphore(value: 0)

    init(_ first: @escaping Work) { work = Mutex(first) }

    /// Whether a parked thread took the work.
    static func give(_ work: @escaping Work) -> Bool {
        guard let thread = parked.withLock({ $0.popLast() }) else { return false }
        thread.work.withLock { $0 = work }
        thread.arrival.signal()
        return true
    }

    func live() {
        while let body = work.withLock({ $0.take() }) {
            body()
            guard park() else { return }
        }
    }

    /// Until there is work; false when none came.
    private func park() -> Bool {
        let hasPlace = Self.parked.withLock { parked in
            guard parked.count < Self.places else { return false }
            parked.append(self)
            return true
        }
        guard hasPlace else { return false }
        if arrival.wait(timeout: .now() + Self.patience) == .success { return true }
        let isFree = Self.parked.withLock { parked in
            guard let place = parked.firstIndex(where: { $0 === self }) else { return false }
            parked.remove(at: place)
            return true
        }
        // Somebody took it off just now, and is about to hand it something.
        if !isFree { arrival.wait() }
        return !isFree
    }
}
