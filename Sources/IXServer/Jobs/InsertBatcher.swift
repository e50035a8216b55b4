import IXCore
import IXStore
import Synchronization

/// Inserts jobs which arrive at nearly the same time in a single call. A lone job waits for no other job.
///
/// Concurrency: at most `flights` calls are under way; jobs which arrive meanwhile share the next call.
final class InsertBatcher: Sendable {
    private struct Entry {
        let job: NewJob
        let arrived: ContinuousClock.Instant
        let continuation: CheckedContinuation<Result<InsertResult, Problem>, Never>
    }

    private struct State {
        var waiting: [Entry] = []
        var flights = 0
        var isSweeping = false
    }

    private static let flights = 2
    private static let most = 200
    private static let bytes = 8 << 20

    private let store: any JobStore
    private let limits: ServerLimits
    private let state = Mutex(State())

    init(_ store: any JobStore, _ limits: ServerLimits) {
        self.store = store
        self.limits = limits
    }

    /// Inserts a job, and returns after the commit. Throws a `Problem`; after `store_away` the job may be inserted or not.
    func insert(_ job: NewJob) async throws(Problem) -> InsertResult {
        let result: Result<InsertResult, Problem> = await withCheckedContinuation { continuation in
            let entry = Entry(job: job, arrived: .now, continuation: continuation)
            let (isTaken, startsFlight, startsSweep) = state.withLock { state in
                guard state.waiting.count < limits.queue else { return (false, false, false) }
                state.waiting.append(entry)
                if state.flights < Self.flights {
                    state.flights += 1
                    return (true, true, false)
                }
                defer { state.isSweeping = true }
                return (true, false, !state.isSweeping)
            }
            if !isTaken { continuation.resume(returning: .failure(.overloaded)) }
            if startsFlight { Task { await fly() } }
            if startsSweep { Task { await sweep() } }
        }
        return try result.get()
    }

    /// Inserts what waits, until nothing waits.
    private func fly() async {
        while true {
            let entries = take()
            guard !entries.isEmpty else { return }
            let jobs = entries.map(\.job)
            do {
                let results = try await store.perform { try $0.insertPendingBatch(jobs) }
                for (index, entry) in entries.enumerated() {
                    entry.continuation.resume(
                        returning: index < results.count
                            ? Self.answer(results[index]) : .failure(Problem(.internal, "The store refused the call.")))
                }
            } catch {
                for entry in entries { entry.continuation.resume(returning: .failure(Problem(error))) }
            }
        }
    }

    /// Takes the next jobs; none ends the flight.
    private func take() -> [Entry] {
        state.withLock { state in
            var (count, bytes) = (0, 0)
            while count < min(state.waiting.count, Self.most) {
                bytes += state.waiting[count].job.request.document.text.utf8.count
                if count > 0, bytes > Self.bytes { break }
                count += 1
            }
            if count == 0 { state.flights -= 1 }
            defer { state.waiting.removeFirst(count) }
            return Array(state.waiting.prefix(count))
        }
    }

    /// Turns jobs away that found no flight in time.
    private func sweep() async {
        while true {
            // ignored: the task is never cancelled
            try? await Task.sleep(for: .milliseconds(250))
            let now = ContinuousClock.now
            let (late, isDone) = state.withLock { state in
                let late = state.waiting.filter { now - $0.arrived > limits.queueTime }
                state.waiting.removeAll { now - $0.arrived > limits.queueTime }
                state.isSweeping = !state.waiting.isEmpty
                return (late, state.waiting.isEmpty)
            }
            for entry in late { entry.continuation.resume(returning: .failure(.overloaded)) }
            if isDone { return }
        }
    }

    private static func answer(_ result: BatchInsertResult) -> Result<InsertResult, Problem> {
        switch result {
        case .inserted(let inserted): .success(inserted)
        case .queueFull(let words): .failure(.queueFull(words))
        case .refused(let input): .failure(Problem(input))
        }
    }
}
