import IXConcurrency
import IXCore
import IXSchedules
import IXStore
import IXTelemetry
import Logging

/// `ScheduleDuty` plans schedules and inserts their jobs at their moments. Each daemon has one and none leads: the store
/// lets the first fire of a moment through.
final class ScheduleDuty: StoreDuty {
    let name = "the fires of schedules"
    private let store: PostgresStore
    private let logger: Logger
    private let folder: String
    private let state = Locked(State())

    private struct State {
        /// The time until the next moment at the last look; nil when no schedule has a plan.
        var wait: Duration?
        /// Schedules that this host can't plan, with the reason that was logged.
        var left: [String: String] = [:]
    }

    /// The longest wait, in which a new schedule is found.
    private static let rest = Duration.seconds(5)
    /// The shortest wait, so that moments close together cost few looks.
    private static let least = Duration.milliseconds(10)
    private static let batch = 1000
    /// Looks in a round; a missed moment takes a look to be planned and another to fire.
    private static let looks = 3

    init(_ store: PostgresStore, logger: Logger, folder: String = TimeZoneFile.folder) {
        (self.store, self.logger, self.folder) = (store, logger, folder)
    }

    var interval: Duration { max(min(state.value.wait ?? Self.rest, Self.rest), Self.least) }

    func round(progress: @Sendable () -> Void) async throws(StoreError) -> [JobNotification] {
        var fired = 0
        for _ in 0..<Self.looks {
            progress()
            let due = try await store.operate { try $0.findSchedules(limit: Self.batch) }
            state.value.wait = due.soonest.map { $0 - due.now }
            var changed = 0
            for schedule in due.schedules {
                progress()
                switch try await carryOut(schedule, at: due.now) {
                case .fired: (fired, changed) = (fired + 1, changed + 1)
                case .changed: changed += 1
                case .unchanged: break
                }
            }
            if changed == 0 { break }
        }
        return fired > 0 ? [.jobs(fired)] : []
    }

    private enum Result { case fired, changed, unchanged }

    private func carryOut(_ schedule: DueSchedule, at now: Timestamp) async throws(StoreError) -> Result {
        do throws(StoreError) {
            switch schedule.step(at: now, folder: folder) {
            case .wait: return .unchanged
            case .leave(let reason):
                leave(schedule.name, reason)
                return .unchanged
            case .pause(let reason): return try await pause(schedule, reason)
            case .plan(let next):
                state.value.left[schedule.name] = nil
                return try await store.operate { try $0.plan(schedule, next: next) } ? .changed : .unchanged
            case .fire(let next): return try await fire(schedule, next)
            }
        } catch  where !error.isTransient {
            // Other schedules go on.
            leave(schedule.name, error.debugDescription)
            return .unchanged
        }
    }

    private func fire(_ schedule: DueSchedule, _ next: Timestamp?) async throws(StoreError) -> Result {
        switch try await store.operate({ try $0.fire(schedule, next: next) }) {
        case .fired: return .fired
        case .skipped: return .changed
        case .void: return .unchanged
        case .refused:
            logger.log(.schedulePaused, ["schedule": "\(schedule.name)", "reason": "its job was refused"])
            return .changed
        }
    }

    private func pause(_ schedule: DueSchedule, _ reason: String) async throws(StoreError) -> Result {
        guard try await store.operate({ try $0.plan(schedule, next: nil, pausing: reason) }) else { return .unchanged }
        logger.log(.schedulePaused, ["schedule": "\(schedule.name)", "reason": "\(reason)"])
        return .changed
    }

    /// Logs a reason once.
    private func leave(_ name: String, _ reason: String) {
        guard state.value.left[name] != reason else { return }
        state.value.left[name] = reason
        logger.log(.scheduleHeldUp, ["schedule": "\(name)", "reason": "\(reason)"])
    }
}
