import FoundationEssentials
import IXCore
import IXEngine
import IXLogs
import IXStore
import IXSystemd
import Logging

/// The daemon's start: retries until the database answers, and ends at a stop request.
struct Start: Sendable {
    let composition: Composition
    let engine: Engine
    let notice: ServiceNotice
    let logger: Logger
    let stop: Latch

    enum Result: Sendable {
        case ready
        case stopped
        case failed(StoreError)
    }

    /// Runs the start. `predecessor` is the worker id of the instance's previous daemon; its jobs are orphans at once.
    func run(predecessor: UUID?) async -> Result {
        let over = Latch()
        let attempt = Task {
            let result = await untilStarted(predecessor)
            over.open()
            return result
        }
        let watch = Task {
            await stop.wait()
            engine.forbidClaims()
            // A call to a database which doesn't answer must not delay the stop for longer than 1 s. No job has been
            // claimed yet.
            await over.wait(upTo: .seconds(1))
            over.open()
        }
        defer { watch.cancel() }
        await over.wait()
        if stop.isOpen, await !hasEnded(attempt) { return .stopped }
        return await attempt.value
    }

    private func hasEnded(_ attempt: Task<Result, Never>) async -> Bool {
        let ended = Latch()
        Task {
            _ = await attempt.value
            ended.open()
        }
        return await ended.wait(upTo: .milliseconds(50))
    }

    private func untilStarted(_ predecessor: UUID?) async -> Result {
        var backoff = Backoff()
        var told: Set<String> = []
        while !stop.isOpen {
            do throws(StoreError) {
                return try await once(predecessor)
            } catch {
                guard error.isTransient, error.code != .misconfigured else { return .failed(error) }
                if told.count < 16, told.insert(error.description).inserted {
                    logger.tell(.waitingForDatabase, ["reason": "\(error.debugDescription)"])
                }
                notice.status("Waiting for the database: \(error)")
                await stop.wait(upTo: backoff.next())
            }
        }
        return .stopped
    }

    /// Runs the start once. Each step extends the service manager's timeout, so that the service manager waits while
    /// the database is away, but not for a step which hangs.
    private func once(_ predecessor: UUID?) async throws(StoreError) -> Result {
        step()
        try await composition.prepare()
        notice.status("Sweeping orphans")
        try await engine.start(predecessor: predecessor, step: { step() })
        return .ready
    }

    private func step() { notice.extendTimeout(by: composition.stepLimit) }
}
