import FoundationEssentials
import IXCore
import IXStore

/// Waits for a database that is away, as long as it is told and until somebody asks to stop.
struct StorePatience: Sendable {
    let limit: Duration
    let stop: StopRequest

    /// `body` again and again while the store can't serve it; what was committed before a reply was lost must do no harm.
    func run<Value>(_ display: inout LoadDisplay, _ body: () async throws -> Value) async throws -> Value {
        var pause = Backoff(first: .milliseconds(100), limit: .seconds(2))
        var since: ContinuousClock.Instant?
        while true {
            do {
                let value = try await body()
                if since != nil { display.say("The database answers again.") }
                return value
            } catch let error as StoreError {
                guard error.isTransient, !stop.isRequested else { throw error }
                if since == nil { display.say("Waiting for the database: \(error.description)") }
                let start = since ?? .now
                since = start
                guard ContinuousClock.now - start < limit else { throw error }
                try await Task.sleep(for: pause.next())
            }
        }
    }
}
