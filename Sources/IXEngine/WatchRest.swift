import Synchronization

/// When nothing has run for a while, what watches over runs rests until one begins: an idle daemon wakes up seldom.
final class WatchRest: Sendable {
    /// How long a watch sleeps then.
    static let nap = Duration.seconds(60)
    private let patience: Duration
    private let isOn = Atomic(false)
    private let idleSince = Mutex<ContinuousClock.Instant?>(nil)
    /// Wakes the watches.
    let onEnd = Live<@Sendable () -> Void>({})

    init(patience: Duration = .seconds(5)) { self.patience = patience }

    /// A watch looked for runs; whether it may rest now.
    ///
    /// A run that begins is first to be seen by `isIdle` and then to call `end`: either this call sees it or that one
    /// wakes the watch.
    func begins(_ isIdle: () -> Bool) -> Bool {
        guard isIdle() else {
            idleSince.withLock { $0 = nil }
            return false
        }
        let since = idleSince.withLock { since in
            since = since ?? .now
            return since!
        }
        guard .now - since >= patience else { return false }
        isOn.store(true, ordering: .sequentiallyConsistent)
        return isIdle()
    }

    /// A run has begun.
    func end() {
        // A look first: it is called for every run, and a write takes the line from all other processors.
        guard isOn.load(ordering: .sequentiallyConsistent) else { return }
        guard isOn.exchange(false, ordering: .sequentiallyConsistent) else { return }
        idleSince.withLock { $0 = nil }
        onEnd.value()
    }
}
