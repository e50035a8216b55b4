import IXConcurrency
import IXCore
import IXStore
import Synchronization

/// `RequestBatcher` collects workers' completions and claims while a transaction runs, and sends the collected requests
/// together in the next transaction.
///
/// The mechanism is a group commit: one request when the daemon is idle, many requests under load, and no request waits
/// for company. A worker waits until the store has acknowledged its request. A worker is therefore free only when its
/// job's completion is committed, and each claimed job has a worker.
final class RequestBatcher: Sendable {
    private typealias Reply = Result<WorkerRequest.Result, StoreError>

    private struct Waiting {
        let request: WorkerRequest
        let continuation: CheckedContinuation<Reply, Never>
    }

    private struct State {
        var waiting: [Waiting] = []
        var lanes: [Lane]
    }

    /// A thread, which uses a single connection at a time.
    private final class Lane: Sendable {
        let executor: DispatchQueueExecutor
        init(_ number: Int) { executor = DispatchQueueExecutor(label: "ix.requests.\(number)") }
    }

    /// Two lanes: a transaction runs while another transaction is written to disk. More lanes would only make the
    /// batches smaller.
    private static let lanes = 2

    private let store: RoleStore<any JobExecution>
    private let batch: Int
    private let state: Mutex<State>

    init(_ store: RoleStore<any JobExecution>, batch: Int) {
        self.store = store
        self.batch = batch
        state = Mutex(State(lanes: (1...Self.lanes).map { Lane($0) }))
    }

    /// Sends the request with the next batch and returns the request's own result. Failure: throws the error of this
    /// request only, except during an outage.
    nonisolated(nonsending) func send(_ request: WorkerRequest) async throws(StoreError) -> WorkerRequest.Result {
        let reply = await withCheckedContinuation { (continuation: CheckedContinuation<Reply, Never>) in
            let lane: Lane? = state.withLock { state in
                state.waiting.append(Waiting(request: request, continuation: continuation))
                return state.lanes.popLast()
            }
            if let lane { Task(executorPreference: lane.executor) { await self.run(lane) } }
        }
        return try reply.get()
    }

    /// Sends batches until no request waits.
    private func run(_ lane: Lane) async {
        while let next = take(or: lane) {
            let replies = await serve(next.map(\.request))
            for (waiting, reply) in zip(next, replies) { waiting.continuation.resume(returning: reply) }
        }
    }

    /// Returns the oldest waiting requests; nil when no request waits, and then the lane is free.
    private func take(or lane: Lane) -> [Waiting]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.lanes.append(lane)
                return nil
            }
            let next = Array(state.waiting.prefix(batch))
            state.waiting.removeFirst(next.count)
            return next
        }
    }

    private func serve(_ requests: [WorkerRequest]) async -> [Reply] {
        do throws(StoreError) {
            return try await store.perform { try $0.perform(requests) }.map { .success($0) }
        } catch {
            // A request that the store refuses must not fail the rest of the batch, so each request is sent alone.
            // After an outage each worker retries its own request.
            guard requests.count > 1, !error.isOutage else {
                return requests.map { _ in .failure(error) }
            }
            var replies: [Reply] = []
            // The store has already waited for a locked row once, so completions skip locked rows from here on.
            let isLocked = error.code == .locked
            for request in requests { replies.append(await serveAlone(request.kept(isLocked))) }
            return replies
        }
    }

    private func serveAlone(_ request: WorkerRequest) async -> Reply {
        do throws(StoreError) { return .success(try await store.perform { try $0.perform(request) }) } catch {
            return .failure(error)
        }
    }
}

extension WorkerRequest {
    fileprivate func kept(_ isKept: Bool) -> WorkerRequest {
        guard isKept, var completion else { return self }
        completion.isKept = true
        return WorkerRequest(completion: completion, claim: claim)
    }
}
