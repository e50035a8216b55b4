import Synchronization

/// `PipelineSetup` runs a pipeline's `prepare` once before the first run, and again after a failure.
///
/// Concurrency: safe from any task; `body` never runs twice at a time.
final class PipelineSetup: Sendable {
    private let body: @Sendable () async throws -> Void
    private let attempt = Mutex<Task<Void, any Error>?>(nil)
    private let done = Atomic(false)

    /// Creates a set-up that has not begun.
    init(_ body: @escaping @Sendable () async throws -> Void) { self.body = body }

    /// True once `body` has returned.
    var isDone: Bool { done.load(ordering: .acquiring) }

    /// Begins the set-up, or joins the one under way.
    @discardableResult
    func begin() -> Task<Void, any Error> {
        attempt.withLock { attempt in
            if let attempt { return attempt }
            let next = Task { [self] in
                do { try await body() } catch {
                    self.attempt.withLock { $0 = nil }
                    throw error
                }
                done.store(true, ordering: .releasing)
            }
            attempt = next
            return next
        }
    }
}
