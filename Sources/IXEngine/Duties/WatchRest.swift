import IXConcurrency
import Synchronization

/// `WatchRest` lets the duties that watch the runs rest after a time without a run, until a run begins. An idle daemon
/// therefore rarely wakes up.
final class WatchRest: Sendable {
    /// The wait of a resting duty.
    static let nap = Duration.seconds(60)
    private let idleTime: Duration
    private let isOn = Atomic(false)
    private let idleSince = Mutex<ContinuousClock.Instant?>(nil)
    /// Wakes the resting duties.
    let onEnd = Locked<@Sendable () -> Void>({})

    init(idleTime: Duration = .seconds(5)) { self.idleTime = idleTime }

    /// Returns true when the calling duty may rest now.
    ///
    /// A run that begins first becomes visible to `isIdle` and then calls `end`. Either `begins` sees the run, or `end`
    /// wakes the duty.
    func begins(_ isIdle: () -> Bool) -> Bool {
        guard isIdle() else {
            idleSince.withLock { $0 = nil }
            return false
        }
        let since = idleSince.withLock { since in
            since = since ?? .now
            return since!
        }
        guard .now - since >= idleTime else { return false }
        isOn.store(true, ordering: .sequentiallyConsistent)
        return isIdle()
    }

    /// Ends the rest because a run has begun.
    func end() {
        // The flag is read before the exchange, because every run calls `end`. A write takes the cache line from all
        // other processors.
        guard isOn.load(ordering: .sequentiallyConsistent) else { return }
        guard isOn.exchange(false, ordering: .sequentiallyConsistent) else { return }
        idleSince.withLock { $0 = nil }
        onEnd.value()
    }
}
