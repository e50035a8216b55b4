import IXCore
import IXStore
import Synchronization

/// `Exchanger` collects workers' completions and claims while a transaction runs, and sends the collected requests
/// together in the next transaction.
///
/// The mechanism is a group commit: one request when the daemon is idle, many requests under load, and no request waits
/// for company. A worker waits until the store has acknowledged its request. A worker is therefore free only when its
/// job's completion is committed, and each claimed job has a worker.
final class Exchanger: Sendable {
    private typealias Reply = Result<Exchange.Result, StoreError>

    private struct Waiting {
        let exchange: Exchange
        let continuation: CheckedContinuation<Reply, Never>
    }

    private struct State {
        var waiting: [Waiting] = []
        var lanes: [Lane]
    }

    /// A thread, which uses a single connection at a time.
    private final class Lane: Sendable {
        let executor: DispatchQueueExecutor
        init(_ number: Int) { executor = DispatchQueueExecutor(label: "ix.exchange.\(number)") }
    }

    /// Two lanes: a transaction runs while another transaction is written to disk. More lanes would only make the
    /// batches smaller.
    private static let lanes = 2

    private let store: any JobStore
    private let batch: Int
    private let state: Mutex<State>

    init(_ store: any JobStore, batch: Int) {
        self.store = store
        self.batch = batch
        state = Mutex(State(lanes: (1...Self.lanes).map { Lane($0) }))
    }

    /// Sends the request with the next batch and returns the request's own result. Failure: throws the error of this
    /// request only, except during an outage.
    func exchange(_ exchange: Exchange) async throws(StoreError) -> Exchange.Result {
        let reply = await withCheckedContinuation { (continuation: CheckedContinuation<Reply, Never>) in
            let lane: Lane? = state.withLock { state in
                state.waiting.append(Waiting(exchange: exchange, continuation: continuation))
                return state.lanes.popLast()
            }
            if let lane { Task(executorPreference: lane.executor) { await self.run(lane) } }
        }
        return try reply.get()
    }

    /// Sends batches until no request waits.
    private func run(_ lane: Lane) async {
        while let next = take(or: lane) {
            let replies = await serve(next.map(\.exchange))
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

    private func serve(_ exchanges: [Exchange]) async -> [Reply] {
        do throws(StoreError) {
            return try await store.perform { try $0.exchange(exchanges) }.map { .success($0) }
        } catch {
            // A request that the store refuses must not fail the rest of the batch, so each request is sent alone.
            // After an outage each worker retries its own request.
            guard exchanges.count > 1, !error.isOutage else {
                return exchanges.map { _ in .failure(error) }
            }
            var replies: [Reply] = []
            // The store has already waited for a locked row once, so completions skip locked rows from here on.
            let isLocked = error.code == .locked
            for exchange in exchanges { replies.append(await serveAlone(exchange.kept(isLocked))) }
            return replies
        }
    }

    private func serveAlone(_ exchange: Exchange) async -> Reply {
        do throws(StoreError) { return .success(try await store.perform { try $0.answer(exchange) }) } catch {
            return .failure(error)
        }
    }
}

extension Exchange {
    fileprivate func kept(_ isKept: Bool) -> Exchange {
        guard isKept, var finish else { return self }
        finish.isKept = true
        return Exchange(finish: finish, claim: claim)
    }
}

extension JobOperations {
    /// Performs one request by the operations for a single job.
    func answer(_ exchange: Exchange) throws(StoreError) -> Exchange.Result {
        switch (exchange.finish, exchange.claim) {
        case (let finish?, let claim?):
            let (result, job) = try finishAndClaim(finish, claim)
            return Exchange.Result(finish: result, job: job)
        case (let finish?, nil): return Exchange.Result(finish: try self.finish(finish), job: nil)
        case (nil, let claim?): return Exchange.Result(finish: nil, job: try claimNextPending(claim))
        case (nil, nil): return Exchange.Result(finish: nil, job: nil)
        }
    }
}
