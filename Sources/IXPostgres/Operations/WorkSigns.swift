import IXConcurrency
import Synchronization

/// `WorkSigns` is what the stores of a daemon know together of work for duties, and wakes these duties.
///
/// Concurrency: callable from any thread.
package final class WorkSigns: Sendable {
    /// Wakes a duty, once the engine runs it.
    typealias Bell = @Sendable () -> Void

    /// Wakes `LineDuty` and `ReleaseDuty`.
    let forLines = Locked<Bell>({})
    let forRelease = Locked<Bell>({})
    private let waits = Atomic(false)
    private let plain = Atomic(false)

    /// Creates the signs of a daemon's stores.
    package init() {}

    /// True when a plain job is to get into the line of a queue with a row, by the last poll.
    var hasPlain: Bool {
        get { plain.load(ordering: .relaxed) }
        set { plain.store(newValue, ordering: .relaxed) }
    }

    /// Notes what a look found of jobs that wait for others.
    func looked(hasNotes: Bool, waits: Bool) {
        self.waits.store(waits, ordering: .relaxed)
        if hasNotes { forRelease.value() }
    }

    /// Notes that a job ended which others may wait for.
    func ended() {
        if waits.load(ordering: .relaxed) { forRelease.value() }
    }
}
