import IXCore
import IXStore

/// Periodic maintenance: one file each, one way to start and stop.
protocol Duty: Sendable {
    /// Between two rounds, drawn a little longer or shorter each time so that daemons don't come in step.
    var interval: Duration { get }
    func round() async throws(StoreError)
    /// Whether a round that went well shows that the store answers.
    var asksStore: Bool { get }
}

extension Duty {
    var asksStore: Bool { false }
}

/// Runs a duty until it is stopped. A failed round is tried again soon: a lease doesn't wait.
final class DutyLoop: Sendable {
    private let task: Task<Void, Never>

    init(_ duty: any Duty, outage: Outage) {
        task = Task {
            var pause = duty.interval
            while !Task.isCancelled {
                // ignored: a cancelled wait is the end of the loop
                try? await Task.sleep(for: pause * Double.random(in: 0.8...1.2))
                if Task.isCancelled { return }
                do throws(StoreError) {
                    try await duty.round()
                    pause = duty.interval
                    if duty.asksStore { outage.answered() }
                } catch {
                    outage.failed(error)
                    pause = min(duty.interval, .seconds(1))
                }
            }
        }
    }

    func stop() async {
        task.cancel()
        await task.value
    }
}
