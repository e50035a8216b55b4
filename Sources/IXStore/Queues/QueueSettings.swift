package import IXCore

/// The settings of a queue: what its jobs may do at a time, and in which order. A nil limit is no limit.
package struct QueueSettings: Sendable, Equatable {
    /// A number of starts in a time.
    package struct Rate: Sendable, Equatable {
        package let count: Int
        package let seconds: Double

        /// Creates a rate; `seconds` is above 0.
        package init(count: Int, seconds: Double) {
            self.count = count
            self.seconds = seconds
        }

        /// Returns nil for columns without a rate.
        package init?(_ count: Int?, _ seconds: Double?) {
            guard let count, let seconds, seconds > 0 else { return nil }
            self.init(count: count, seconds: seconds)
        }
    }

    /// The name; a use case of this name has its jobs in this queue.
    package let queue: String
    /// Since when no job of the queue starts; nil while jobs start.
    package var pausedAt: String?
    /// The use cases that may be put into the queue by name; nil: all.
    package var useCases: [String]?
    /// Jobs of the queue that run at a time, over all daemons.
    package var concurrency: Int?
    /// Jobs of a group that run at a time, over all daemons.
    package var groupConcurrency: Int?
    /// True: a group's jobs run one after the other, in the order of their inserts.
    package var isStrict = false
    /// Starts of the queue.
    package var rate: Rate?
    /// Starts of each group.
    package var groupRate: Rate?
    /// Starts at once after a pause without any; nil: 1.
    package var burst: Int?
    /// Jobs of a client that may wait in the queue; further inserts of the client are refused.
    package var clientDepth: Int?
    /// `client_id`, or a path of the request such as `context.customer`, from which the group is taken; nil: the producer
    /// names it.
    package var groupBy: String?
    /// The configuration files that set keys of the queue, by the key's name in `ix_queues`.
    package var origins: [String: QueueKeyOrigin] = [:]

    /// Creates a queue without a limit.
    package init(_ queue: String) { self.queue = queue }

    /// Returns the texts of a JSON array; nil for any other text.
    package static func names(_ json: String) -> [String]? {
        // ignored: a list that another program wrote in another form counts as none
        (try? JSONDocument("{\"names\":\(json)}".utf8, field: "use_cases", limit: Limits.requestBytes))?["names"]?
            .elements?.compactMap(\.string)
    }
}

/// The check of a new job's line, the same at every door.
package struct LineCheck: Sendable {
    private let queue: String?
    private let groupKey: String?
    private let priority: Int
    private let useCase: String

    /// Creates a check of what the producer gave.
    package init(queue: String?, groupKey: String?, priority: Int, useCase: String) {
        (self.queue, self.groupKey, self.priority, self.useCase) = (queue, groupKey, priority, useCase)
    }

    /// Throws `InvalidInput` naming the first wrong field. `settings`: those of the named queue, else of the use case's; nil
    /// when there is none.
    package func run(_ settings: QueueSettings?) throws(InvalidInput) {
        guard let settings else {
            if let queue { throw InvalidInput("queue", "there is no queue \(queue)") }
            return
        }
        if queue != nil, let allowed = settings.useCases, !allowed.contains(useCase) {
            throw InvalidInput("queue", "\(settings.queue) does not take the use case \(useCase)")
        }
        if groupKey != nil, let path = settings.groupBy {
            throw InvalidInput("group_key", "queue \(settings.queue) takes it from \(path)")
        }
        if settings.isStrict, priority != 0 {
            throw InvalidInput("priority", "must be 0 in queue \(settings.queue), which is strict")
        }
    }
}
