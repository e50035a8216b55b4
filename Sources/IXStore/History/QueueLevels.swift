import FoundationEssentials

/// `QueueLevels` are the levels of the queue at one look, which any daemon makes and all daemons tell.
package struct QueueLevels: Sendable, Equatable {
    /// The jobs of a use case in a queue.
    package struct UseCase: Sendable, Equatable {
        /// The name; nil for rows without a use case.
        package var name: String?
        /// The queue; nil for the use case's own, in which plain jobs are.
        package var queue: String?
        /// Pending jobs whose time has come.
        package var due = 0
        /// Of the due jobs, those that stand in a line without a place.
        package var held = 0
        /// Pending jobs whose time is ahead.
        package var scheduled = 0
        /// Jobs claimed by a daemon.
        package var running = 0
        /// The time of the oldest due job, in seconds since 1970 by the store's clock; nil when none is due.
        package var oldestDue: Double?
        /// True when a live daemon serves the use case and takes the queue, or no daemon lives.
        package var isServed = true
        /// True when `due` or `scheduled` is an estimate.
        package var isEstimate = false

        /// Creates counts of 0.
        package init(name: String?, queue: String? = nil) {
            self.name = name
            self.queue = queue == name ? nil : queue
        }
    }

    /// The use cases with waiting or running jobs, each once for a queue.
    package var useCases: [UseCase] = []
    /// Daemons whose lease holds.
    package var daemons = 0
    /// Callbacks that are due and were not tried.
    package var callbacksDue = 0
    /// Callbacks that are due again after a failed try.
    package var callbacksRetrying = 0
    /// Callbacks that were given up.
    package var callbacksFailed = 0
    /// The end of the oldest job with a due callback, in seconds since 1970; nil without one.
    package var oldestCallback: Double?
    /// Writes of foreign code that were refused since the schema was created.
    package var refusedWrites = 0
    /// Seconds for which the oldest session has kept dead rows; nil where nothing keeps any.
    package var xminHorizon: Double?
    /// The moment of the look, in seconds since 1970 by the store's clock.
    package var at = 0.0
    /// The moment of the newest count of all waiting jobs, by the same clock; nil without one.
    package var countedAt: Double?

    /// Creates the levels of an empty queue without daemons.
    package init() {}

    /// True when no job waits or runs and no callback is due.
    package var isEmpty: Bool {
        useCases.allSatisfy { $0.due + $0.scheduled + $0.running == 0 } && callbacksDue + callbacksRetrying == 0
    }

    /// True when an empty queue has stayed as it was, so that the look needs no record.
    package func isStill(since other: QueueLevels) -> Bool {
        isEmpty && other.isEmpty && daemons == other.daemons && callbacksFailed == other.callbacksFailed
            && refusedWrites == other.refusedWrites
    }

    /// Pending jobs of a use case are counted exactly up to this number at each look.
    package static let exactly = 1000
    /// Callbacks are counted up to this number.
    package static let mostCallbacks = 10_000
    /// The time between two counts of all waiting jobs, and the longest time that such a count may take.
    package static let recount = (pause: 60.0, limit: Duration.seconds(1))
}

extension QueueLevels {
    /// The use cases whose bounded counts reached their limit.
    package var isOverLimit: Bool { useCases.contains { $0.due >= Self.exactly || $0.scheduled >= Self.exactly } }

    /// Replaces the counts that reached their limit by those of `other`, a count of all waiting jobs.
    package mutating func take(_ other: [UseCase], countedAt: Double?, isEstimate: Bool) {
        self.countedAt = countedAt
        let counts = Dictionary(other.map { ([$0.name, $0.queue], $0) }, uniquingKeysWith: { first, _ in first })
        for index in useCases.indices {
            guard let count = counts[[useCases[index].name, useCases[index].queue]] else { continue }
            if useCases[index].due >= Self.exactly {
                useCases[index].due = max(count.due, Self.exactly)
                useCases[index].isEstimate = isEstimate
            }
            if useCases[index].scheduled >= Self.exactly {
                useCases[index].scheduled = max(count.scheduled, Self.exactly)
                useCases[index].isEstimate = isEstimate
            }
        }
    }

    /// Shares `total`, an estimate of all waiting jobs, among the counts that reached their limit.
    package mutating func estimate(_ total: Int) {
        let known = useCases.reduce(0) { sum, one in
            sum + (one.due < Self.exactly ? one.due : 0) + (one.scheduled < Self.exactly ? one.scheduled : 0)
        }
        let open = useCases.reduce(0) { sum, one in
            sum + (one.due >= Self.exactly ? 1 : 0) + (one.scheduled >= Self.exactly ? 1 : 0)
        }
        guard open > 0 else { return }
        let share = max((total - known) / open, Self.exactly)
        for index in useCases.indices {
            if useCases[index].due >= Self.exactly { (useCases[index].due, useCases[index].isEstimate) = (share, true) }
            if useCases[index].scheduled >= Self.exactly {
                (useCases[index].scheduled, useCases[index].isEstimate) = (share, true)
            }
        }
    }

    /// Adds a row of a look; a use case may have several.
    package mutating func add(_ row: UseCase) {
        guard let index = useCases.firstIndex(where: { $0.name == row.name && $0.queue == row.queue }) else {
            if row.due + row.held + row.scheduled + row.running > 0 { useCases.append(row) }
            return
        }
        useCases[index].add(row)
    }

    /// The use cases, each once, with the jobs of all queues together.
    package var byUseCase: [UseCase] {
        var found: [UseCase] = []
        for row in useCases {
            guard let index = found.firstIndex(where: { $0.name == row.name }) else {
                var first = row
                first.queue = nil
                found.append(first)
                continue
            }
            found[index].add(row)
        }
        return found
    }

    /// Notes which use cases a live daemon serves.
    package mutating func note(_ leases: [DaemonLease]) {
        daemons = leases.count
        guard !leases.isEmpty else { return }
        for index in useCases.indices {
            guard let name = useCases[index].name else { continue }
            let queue = useCases[index].queue ?? name
            useCases[index].isServed = leases.contains { $0.daemon.serves(name) && $0.daemon.takes(queue) }
        }
    }
}

extension QueueLevels.UseCase {
    fileprivate mutating func add(_ other: Self) {
        (due, held) = (due + other.due, held + other.held)
        (scheduled, running) = (scheduled + other.scheduled, running + other.running)
        oldestDue = [oldestDue, other.oldestDue].compactMap { $0 }.min()
        (isServed, isEstimate) = (isServed && other.isServed, isEstimate || other.isEstimate)
    }
}

/// `LevelsReading` are kept levels with their age.
package struct LevelsReading: Sendable, Equatable {
    /// The levels.
    package let levels: QueueLevels
    /// Seconds since the look, by the store's clock.
    package let age: Double

    /// Creates a reading.
    package init(levels: QueueLevels, age: Double) { (self.levels, self.age) = (levels, age) }
}
