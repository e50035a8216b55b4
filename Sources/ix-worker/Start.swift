import FoundationEssentials
import IXCore
import IXEngine
import IXStore
import Logging

/// The start-up: tried until the database is there, and given up when a stop is asked for.
struct Start: Sendable {
    let composition: Composition
    let engine: Engine
    let logger: Logger
    let stop: Latch

    enum Result: Sendable {
        case ready
        case stopped
        case failed(StoreError)
    }

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
            // A call to a database that doesn't answer must not hold up the stop; nothing was claimed.
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
        var isFirstFault = true
        while !stop.isOpen {
            do throws(StoreError) {
                try await composition.checkSchema()
                try await engine.start(predecessor: predecessor)
                return .ready
            } catch {
                guard error.isTransient, error.code != .misconfigured else { return .failed(error) }
                if isFirstFault {
                    logger.warning("waiting for the database", metadata: ["reason": "\(error.debugDescription)"])
                }
                isFirstFault = false
                await stop.wait(upTo: backoff.next())
            }
        }
        return .stopped
    }
}
