package import FoundationEssentials
package import IXCore
package import IXSchedules

/// A schedule with its plan, and what became of its newest fire.
package struct ScheduleState: Sendable, Equatable {
    /// The most schedules of a page.
    package static let most = 500

    package var definition: ScheduleDefinition
    /// Raised by each change of the definition.
    package var version: Int64
    /// The planned moment; nil before a daemon has planned and when no further moment comes.
    package var nextAt: Timestamp?
    /// True when the rule names no further moment.
    package var isOver = false
    /// The newest moment that has fired.
    package var lastAt: Timestamp?
    /// The newest job.
    package var lastJob: UUID?
    /// The newest job's status; nil without a job, or when the job is pruned.
    package var lastStatus: JobStatus?
    package var pausedAt: String?
    /// Why a daemon paused the schedule; nil after an operator's pause.
    package var pausedReason: String?
    /// The configuration file that sets the schedule; nil for none.
    package var origin: QueueKeyOrigin?

    /// Creates a schedule without a plan.
    package init(_ definition: ScheduleDefinition, version: Int64) {
        (self.definition, self.version) = (definition, version)
    }

    /// Takes `next_at` as the stores keep it: nil, a time or `infinity`.
    package mutating func setNext(_ text: String?) {
        isOver = text == "infinity"
        nextAt = text.flatMap { Timestamp($0) }
    }

    /// Throws `InvalidInput` when a configuration file sets the schedule.
    package func checkFree() throws(InvalidInput) {
        guard let origin else { return }
        throw InvalidInput("name", "schedules.\(definition.name) is set by \(origin)")
    }
}
