import IXStore
import Synchronization

/// Asks whether the store is there, at most once a second for all callers.
///
/// Concurrency: safe from any task.
final class StoreProbe: Sendable {
    private static let kept: Duration = .seconds(1)

    private let calls: StoreCalls
    private let latest = Mutex<(task: Task<String?, Never>, at: ContinuousClock.Instant)?>(nil)

    /// Creates a probe through the connections that insert jobs.
    init(_ calls: StoreCalls) { self.calls = calls }

    /// Returns the reason why the store can't be reached; nil when it can.
    func fault() async -> String? {
        let now = ContinuousClock.now
        let task = latest.withLock { latest in
            if let latest, now - latest.at < Self.kept { return latest.task }
            let task = Task { await ask() }
            latest = (task, now)
            return task
        }
        return await task.value
    }

    private func ask() async -> String? {
        do {
            _ = try await calls.perform { try $0.live(among: []) }  // ignored: only that there is an answer
            return nil
        } catch let error as StoreError {
            return error.description
        } catch {
            return "no connection is free"
        }
    }
}
