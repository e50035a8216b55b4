import IXConcurrency
import Synchronization

/// `WorkerScale` decides how many workers run: an operator's wish comes before the configuration's number.
///
/// Guarantees: a reload keeps the wish. No change is lost when a reload and a wish come together.
final class WorkerScale: Sendable {
    private struct State {
        var configured: EngineSettings
        var wish: Int?
    }

    private let state: Mutex<State>
    private let live: Locked<EngineSettings>
    private let crew: WorkerCrew
    private let idleWorkers: IdleWorkers

    init(_ live: Locked<EngineSettings>, _ crew: WorkerCrew, _ idleWorkers: IdleWorkers) {
        state = Mutex(State(configured: live.value, wish: nil))
        (self.live, self.crew, self.idleWorkers) = (live, crew, idleWorkers)
    }

    /// Applies the settings of a reload.
    func configure(_ settings: EngineSettings) {
        state.withLock { state in
            state.configured = settings
            apply(state)
        }
    }

    /// The number of workers after a wish.
    struct Change: Equatable {
        let workers: Int
        /// True when the wish is above the daemon's own limit.
        let isCut: Bool
    }

    /// Applies an operator's wish; nil takes the wish back. Returns nil when the wish isn't new.
    func want(_ wish: Int?) -> Change? {
        state.withLock { state in
            guard state.wish != wish else { return nil }
            state.wish = wish
            let workers = apply(state)
            return Change(workers: workers, isCut: wish.map { $0 > workers } ?? false)
        }
    }

    @discardableResult
    private func apply(_ state: State) -> Int {
        var settings = state.configured
        settings.workers = state.wish.map { min($0, settings.mostWorkers) } ?? settings.workers
        // Calls that wait in line since before the change may wait as long as before.
        settings.stepLimit = max(live.value.stepLimit, settings.stepRule?.limit(settings.workers) ?? settings.stepLimit)
        let changes = settings.workers != live.value.workers
        live.value = settings
        if changes {
            crew.resize(to: settings.workers)
            idleWorkers.wakeAll()
        }
        return settings.workers
    }
}
