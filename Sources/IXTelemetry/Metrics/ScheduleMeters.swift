import CoreMetrics
import IXCore

/// `ScheduleMeters` counts what this daemon does with the moments of schedules. The names of schedules are no labels, because
/// their number has no limit.
package struct ScheduleMeters: Sendable {
    /// What became of a moment.
    package enum Result: String, Sendable, CaseIterable {
        /// A job was inserted.
        case fired
        /// The job before had not ended.
        case skipped
        /// The job was refused, and the schedule is paused.
        case refused
        /// No daemon ran in time.
        case missed
    }

    private let counters: [Result: Counter]
    private let lateness: Timer

    init(_ factory: any MetricsFactory) {
        counters = Dictionary(
            uniqueKeysWithValues: Result.allCases.map { ($0, Counter(.scheduleMoments, [$0.rawValue], factory)) })
        lateness = Timer(.scheduleLateness, [], factory)
    }

    /// Counts a moment.
    package func counted(_ result: Result) { counters[result]?.increment() }

    /// Counts a fire that came so long after its moment.
    package func fired(late time: Duration) {
        counted(.fired)
        lateness.recordNanoseconds(min(time, .seconds(1_000_000)).wholeNanoseconds)
    }
}
