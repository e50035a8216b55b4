import IXConcurrency
import IXCore
import IXSchedules
import IXStore
import IXTelemetry
import Logging

/// `ScheduleDuty` plans schedules and inserts their jobs at their moments. Each daemon has one and none leads: the store
/// lets the first fire of a moment through.
final class ScheduleDuty: Duty {
    let name = "the fires of schedules"
    /// A moment is waited for whole.
    let isPunctual = true
    private let store: RoleStore<any JobUpkeep>
    private let logger: Logger
    private let meters: ScheduleMeters?
    private let notify: @Sendable (Int) -> Void
    private let isListening: @Sendable () -> Bool
    private let folder: String
    private let state = Locked(State())

    private struct State {
        /// When the next moment comes, by the process's clock; nil when no schedule has a plan.
        var soonest: ContinuousClock.Instant?
        /// True when another daemon worked on a schedule, so that its plan is not known here.
        var isUncertain = false
        /// The schedules of the last look, and by the process's clock the oldest moment that this daemon could not fire.
        var counts = ScheduleCounts()
        var oldestDue: ContinuousClock.Instant?
        /// False before the first look.
        var hasLooked = false
        /// Schedules that this host can't plan, with the reason that was logged.
        var left: [String: String] = [:]
    }

    /// The longest wait where a notification tells of a new schedule, and where none does.
    private static let (rest, restUntold) = (Duration.seconds(60), Duration.seconds(5))
    /// The wait for another daemon's plan.
    private static let retry = Duration.milliseconds(500)
    /// The shortest wait, so that moments close together cost few looks.
    private static let least = Duration.milliseconds(10)
    private static let batch = 1000
    /// Schedules of a transaction, so that one fire holds up no other for long.
    private static let step = 50
    /// Looks in a round; a missed moment takes a look to be planned and another to fire.
    private static let looks = 3

    /// Creates a duty. `notify` is called with the number of jobs that a round has inserted; `folder` has the zone files.
    init(
        _ store: RoleStore<any JobUpkeep>, logger: Logger, meters: ScheduleMeters? = nil,
        notify: @escaping @Sendable (Int) -> Void, isListening: @escaping @Sendable () -> Bool,
        folder: String = TimeZoneFile.folder
    ) {
        (self.store, self.logger, self.meters, self.folder) = (store, logger, meters, folder)
        (self.notify, self.isListening) = (notify, isListening)
    }

    var interval: Duration {
        let state = state.value
        guard state.hasLooked else { return .zero }
        let rest = state.isUncertain ? Self.retry : isListening() ? Self.rest : Self.restUntold
        return max(min(state.soonest.map { $0 - .now } ?? rest, rest), Self.least)
    }

    /// What the metrics tell of the schedules, as of the last look.
    var samples: [MetricSample] {
        let state = state.value
        let states = [
            ("on", state.counts.on), ("paused", state.counts.paused), ("halted", state.counts.halted),
            ("held_up", state.left.count),
        ]
        return states.map { MetricSample(.schedules, [$0.0], $0.1) } + [
            MetricSample(
                .schedulesLastFire, [], state.counts.lastFire.map { Double($0.microseconds) / 1_000_000 } ?? 0),
            MetricSample(.schedulesOldestDueAge, [], state.oldestDue.map { (.now - $0).inSeconds } ?? 0.0),
        ]
    }

    func round(progress: @Sendable () -> Void) async throws(StoreError) {
        var (fired, isDone) = (0, false)
        defer { if fired > 0 { notify(fired) } }
        for _ in 0..<Self.looks {
            progress()
            let due = try await store.perform { try $0.findSchedules(limit: Self.batch) }
            let look = Look(due)
            let names = Set(due.schedules.map(\.name))
            state.value.left = state.value.left.filter { names.contains($0.key) }
            state.value.soonest = due.soonest.map { look.at + ($0 - due.now) }
            (state.value.hasLooked, state.value.isUncertain) = (true, false)
            state.value.counts = due.counts
            let work = sort(due)
            let changed = try await plan(work.plans, progress)
            let done = try await fire(work.fires, look, progress)
            fired += done.fired
            let open = Set(state.value.left.keys)
            let stuck = due.schedules.filter { open.contains($0.name) }.compactMap(\.nextAt).min()
            state.value.oldestDue = stuck.map { look.at + ($0 - due.now) }
            isDone = changed + done.changed == 0
            if isDone { break }
        }
        // More moments have come than a round takes: the next one follows at once.
        if !isDone { state.value.soonest = .now }
    }

    private func sort(_ due: DueSchedules) -> (plans: [SchedulePlan], fires: [ScheduleFire]) {
        var (plans, fires) = ([SchedulePlan](), [ScheduleFire]())
        for schedule in due.schedules {
            switch schedule.step(at: due.now, folder: folder) {
            case .wait: break
            case .leave(let reason): leave(schedule.name, reason)
            case .pause(let reason): plans.append(SchedulePlan(schedule, next: nil, pausing: reason))
            case .plan(let next):
                state.value.left[schedule.name] = nil
                plans.append(SchedulePlan(schedule, next: next))
            case .fire(let next): fires.append(ScheduleFire(schedule, next: next))
            }
        }
        return (plans, fires)
    }

    private func plan(_ plans: [SchedulePlan], _ progress: @Sendable () -> Void) async throws(StoreError) -> Int {
        var (changed, stale) = (0, 0)
        defer { if stale > 0 { logger.log(.schedulesReplanned, ["count": .number(stale)]) } }
        try await inSteps(plans, \.schedule, progress) { step throws(StoreError) in
            let results = try await store.perform { try $0.planSchedules(step) }
            for (plan, isChanged) in zip(step, results) {
                guard isChanged else {
                    state.value.isUncertain = true
                    continue
                }
                changed += 1
                if plan.schedule.isStale, plan.reason == nil { stale += 1 } else { log(plan) }
            }
        }
        return changed
    }

    private func fire(
        _ fires: [ScheduleFire], _ look: Look, _ progress: @Sendable () -> Void
    ) async throws(StoreError) -> (fired: Int, changed: Int) {
        var (fired, changed) = (0, 0)
        try await inSteps(fires, \.schedule, progress) { step throws(StoreError) in
            let results = try await store.perform { try $0.fireSchedules(step) }
            for (fire, result) in zip(step, results) {
                switch result {
                case .fired:
                    (fired, changed) = (fired + 1, changed + 1)
                    state.value.left[fire.schedule.name] = nil
                    meters?.fired(late: look.lateness(of: fire))
                case .skipped:
                    changed += 1
                    meters?.counted(.skipped)
                case .void: state.value.isUncertain = true
                case .refused:
                    changed += 1
                    meters?.counted(.refused)
                    logger.log(
                        .schedulePaused, ["schedule": "\(fire.schedule.name)", "reason": "its job was refused"])
                }
            }
        }
        return (fired, changed)
    }

    /// Works in steps, in an order of this daemon's own, so that several daemons share the work. A failed step is
    /// repeated schedule by schedule, so that the other schedules go on.
    private func inSteps<Work: Sendable>(
        _ all: [Work], _ schedule: KeyPath<Work, DueSchedule>, _ progress: @Sendable () -> Void,
        _ body: ([Work]) async throws(StoreError) -> Void
    ) async throws(StoreError) {
        let starts = stride(from: 0, to: all.count, by: Self.step)
        let steps = starts.map { Array(all[$0..<min($0 + Self.step, all.count)]) }
        for step in steps.shuffled() {
            progress()
            do throws(StoreError) { try await body(step) } catch  where !error.isTransient {
                for one in step {
                    progress()
                    do throws(StoreError) { try await body([one]) } catch  where !error.isTransient {
                        leave(one[keyPath: schedule].name, error.debugDescription)
                    }
                }
            }
        }
    }

    private func log(_ plan: SchedulePlan) {
        if let reason = plan.reason {
            logger.log(.schedulePaused, ["schedule": "\(plan.schedule.name)", "reason": "\(reason)"])
        } else if let missed = plan.schedule.nextAt {
            meters?.counted(.missed)
            logger.log(
                .scheduleMissed,
                [
                    "schedule": "\(plan.schedule.name)", "moment": "\(missed)",
                    "next": "\(plan.next.map { "\($0)" } ?? "none")",
                ])
        }
    }

    /// Logs a reason once.
    private func leave(_ name: String, _ reason: String) {
        guard state.value.left[name] != reason else { return }
        state.value.left[name] = reason
        logger.log(.scheduleHeldUp, ["schedule": "\(name)", "reason": "\(reason)"])
    }
}

/// A look at the schedules: the store's time, and the process's.
private struct Look {
    let at = ContinuousClock.now
    let now: Timestamp

    init(_ due: DueSchedules) { now = due.now }

    /// The time from a moment to now, by the store's clock.
    func lateness(of fire: ScheduleFire) -> Duration {
        guard let moment = fire.schedule.nextAt else { return .zero }
        return max(now - moment + (.now - at), .zero)
    }
}
