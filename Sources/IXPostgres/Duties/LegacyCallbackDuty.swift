import IXConcurrency
import IXStore
import IXTelemetry
import Logging

/// `LegacyCallbackDuty` makes callbacks due for jobs that legacy workers ended, when the configuration says so and the
/// legacy code has had its time.
final class LegacyCallbackDuty: StoreDuty {
    let name = "the adoption of legacy callbacks"
    private let store: PostgresStore
    private let logger: Logger
    /// The first round comes with the start, because callbacks may have waited while no daemon ran.
    private let isFirst = Locked(true)

    private static let interval = Duration.seconds(10)
    /// The wait while the configuration leaves such callbacks to the legacy code; a reload ends the wait.
    private static let rest = Duration.seconds(3600)
    /// The maximum number of callbacks made due in a call.
    private static let batch = 100

    init(_ store: PostgresStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    var interval: Duration {
        guard store.upkeepTimes.legacyGrace != nil else { return Self.rest }
        return isFirst.value ? .zero : Self.interval
    }

    func round(progress: @Sendable () -> Void) async throws(StoreError) -> [JobNotification] {
        guard let grace = store.upkeepTimes.legacyGrace else { return [] }
        isFirst.value = false
        var total = 0
        do throws(StoreError) {
            var count = 0
            repeat {
                progress()
                count = try await store.adoptLegacyCallbacks(grace: grace, limit: Self.batch)
                total += count
            } while count == Self.batch
        } catch  where !error.isTransient {
            logger.log(.callbacksHeldUp, ["error": "\(error.debugDescription)"])
        }
        return total > 0 ? [.callbacks] : []
    }
}
