import FoundationEssentials
import IXCore
import IXStore

/// Retries a store call while the database is away, for at most `limit` and until a stop request.
struct StoreRetry: Sendable {
    let limit: Duration
    let stop: StopRequest

    /// Repeats `body` while its error is transient. Requires: `body` is idempotent, because a commit's reply may be
    /// lost.
    func run<Value>(_ display: inout LoadDisplay, _ body: () async throws -> Value) async throws -> Value {
        var pause = Backoff(first: .milliseconds(100), limit: .seconds(2))
        var since: ContinuousClock.Instant?
        while true {
            do {
                let value = try await body()
                if since != nil { display.say("The load goes on.") }
                return value
            } catch let error as StoreError {
                guard error.isTransient, !stop.isRequested else { throw error }
                if since == nil {
                    display.say(
                        "Waiting for \(error.code == .queueFull ? "room" : "the database"): \(error.description)")
                }
                let start = since ?? .now
                since = start
                guard ContinuousClock.now - start < limit else { throw error }
                try await Task.sleep(for: pause.next())
            }
        }
    }
}
