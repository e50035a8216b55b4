import CStart
package import Dispatch
import Glibc

/// `SignalFeed` passes the signals of this process to a handler on a queue, where the handler may use every function. A
/// process has one feed at most, for the rest of its life.
///
/// A Dispatch signal source would lose signals. The source needs a disposition that doesn't end the process before the
/// source itself is registered, on another thread, and a signal in between is dropped. Blocked signals are no way
/// either: Swift's main thread waits in sigsuspend(2) with an empty mask.
/// Guarantees: from the return of the initializer on, every signal reaches the handler, in the order of arrival. A
/// signal before has the effect of its earlier disposition. Programs that the process starts get the default.
package final class SignalFeed: Sendable {
    /// Written only in `init`; the property keeps the source alive.
    private nonisolated(unsafe) let source: any DispatchSourceRead

    /// Catches the signals of these numbers. Ends the process when no descriptor is free.
    ///
    /// Concurrency: `handler` runs on `queue`, which must be serial.
    package init(_ numbers: [Int32], on queue: DispatchQueue, _ handler: @escaping @Sendable (Int32) -> Void) {
        let descriptor = ix_catch_signals(numbers, Int32(numbers.count))
        precondition(descriptor >= 0, "no descriptor is free for the signals")
        // The writing end is never closed, so the source never sees a hang-up.
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        source.setEventHandler { @Sendable in
            var number: UInt8 = 0
            while read(descriptor, &number, 1) == 1 { handler(Int32(number)) }
        }
        source.resume()
    }
}
