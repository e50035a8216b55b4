package import FoundationEssentials
package import IXConcurrency
package import IXCore
package import IXStore
import Synchronization

/// A store in memory, for tests of the engine without a database.
///
/// Guarantees: the fence, the order of claims, hand-backs and leases are those of the seam. Every operation and every
/// transaction is atomic.
/// Failure: an operation that no test of the engine needs throws `.internal`. `fault` makes any operation fail.
package final class MemoryStore: JobStore {
    package typealias Fault = MemoryFault

    private struct Waiting {
        let isTrue: @Sendable (MemoryContent) -> Bool
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        let operations = MemoryOperations()
        var waiting: [Waiting] = []
    }

    package let location = "memory"
    /// Tells an engine of inserted and cancelled jobs.
    package var notifier: MemoryNotifier { current.value }
    private let current = Locked(MemoryNotifier())
    private let state = Mutex(State())
    private let gate = Locked<(end: Latch, reached: Latch)?>(nil)

    package init() {}

    /// Sets the failure of later operations.
    package func fail(_ fault: @escaping Fault) { state.withLock { $0.operations.fault = fault } }

    /// Lets every operation pass from now on.
    package func heal() { fail { _, _ in nil } }

    /// Lets jobs that are handed back wait until `makeDue`, whatever their pause.
    package func holdHandedBack() { state.withLock { $0.operations.holdsHandedBack = true } }

    /// Keeps an operator's wish for a number of workers, as a daemon's next heartbeat hears of it.
    package func want(_ workers: Int?, of daemonID: UUID) {
        state.withLock { $0.operations.content.wantedWorkers[daemonID] = workers }
    }

    /// Makes a notifier for the next engine on the store, because a notifier runs once.
    package func renewNotifier() { current.value = MemoryNotifier() }

    /// Ends the pause of a waiting job and tells the engine.
    package func makeDue(_ jobID: UUID) {
        state.withLock { $0.operations.content.rows[jobID]?.due = .now }
        notifier.notify(.jobs(1))
    }

    /// Keeps later calls waiting until the latch opens, or until `release`. Returns a latch that opens when a call waits.
    package func hold(until end: Latch) -> Latch {
        let reached = Latch()
        gate.value = (end, reached)
        return reached
    }

    /// Lets held and later calls pass.
    package func release() {
        gate.value?.end.open()
        gate.value = nil
    }

    package func perform<Result: Sendable>(
        _ body: @escaping @Sendable (any JobOperations) throws -> Result
    ) async throws(StoreError) -> Result {
        do { return try await run(body) } catch let error as StoreError { throw error } catch {
            throw StoreError(.internal, operation: "perform", message: "\(error)")
        }
    }

    package func transaction<Result: Sendable>(
        _ body: @escaping @Sendable (any JobOperations) throws -> Result
    ) async throws -> Result {
        try await run { operations in
            guard let memory = operations as? MemoryOperations else { throw MemoryOperations.missing("transaction") }
            return try memory.atomically { try body(memory) }
        }
    }

    private func run<Result: Sendable>(
        _ body: @escaping @Sendable (any JobOperations) throws -> Result
    ) async throws -> Result {
        if let gate = gate.value {
            gate.reached.open()
            await gate.end.wait()
        }
        defer { resumeWaiting() }
        return try state.withLock { try body($0.operations) }
    }

    private func resumeWaiting() {
        let ready = state.withLock { state in
            let content = state.operations.content
            let ready = state.waiting.filter { $0.isTrue(content) }.map(\.continuation)
            state.waiting.removeAll { $0.isTrue(content) }
            return ready
        }
        for continuation in ready { continuation.resume() }
    }

    /// Suspends until the content meets the condition.
    package func wait(until isTrue: @escaping @Sendable (MemoryContent) -> Bool) async {
        await withCheckedContinuation { continuation in
            state.withLock { $0.waiting.append(Waiting(isTrue: isTrue, continuation: continuation)) }
            resumeWaiting()
        }
    }

    /// The rows, leases and counts at this moment.
    package var content: MemoryContent { state.withLock { $0.operations.content } }

    /// Inserts a job and tells the engine.
    @discardableResult
    package func insert(_ key: String, useCase: String = "echo", maxAttempts: Int = 3) async throws -> UUID {
        let request = try RequestIX(
            useCase: useCase, clientID: "client", requestID: key, fields: JSONDocument(request: "{}"))
        return try await insert(request, maxAttempts: maxAttempts)
    }

    /// Inserts a job with the request and tells the engine.
    package func insert(_ request: RequestIX, maxAttempts: Int) async throws -> UUID {
        let insertion = try NewJob(request, maxAttempts: maxAttempts)
        let jobID = try await perform { try $0.insertPending(insertion).jobID }
        notifier.notify(.jobs(1))
        return jobID
    }

    /// Cancels the job and tells the engine.
    package func cancel(_ jobID: UUID) async throws -> Cancellation.Result {
        defer { notifier.notify(.cancels) }
        return try await perform { try $0.cancel(jobID) }
    }

    /// Returns the job's row once the job has ended.
    package func ended(_ jobID: UUID) async -> MemoryRow? {
        await wait { $0.rows[jobID]?.status.isTerminal ?? true }
        return content.rows[jobID]
    }

    package func excludeDaemons(forced: Bool) async throws(StoreError) {}
    package func close() async {}
}
