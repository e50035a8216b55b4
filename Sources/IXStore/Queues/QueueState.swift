import IXCore

/// A queue and its jobs at a moment.
package struct QueueState: Sendable, Equatable {
    /// The counts of waiting jobs stop here.
    package static let most = 10_000

    /// The settings; without limits for a queue that an operator has not set.
    package let settings: QueueSettings
    /// Jobs in line, without those whose time is ahead; `most` stands for as many or more.
    package let waiting: Int
    /// Jobs that run, or are about to.
    package let places: Int

    /// Creates the state from a row of the store.
    package init(settings: QueueSettings, waiting: Int, places: Int) {
        (self.settings, self.waiting, self.places) = (settings, waiting, places)
    }
}

/// A group of a queue at a moment.
package struct GroupState: Sendable, Equatable {
    /// The group's key; `-` for the jobs without one.
    package let key: String
    /// The group's own limit; nil: the queue's.
    package let concurrency: Int?
    /// Since when none of the group's jobs starts; nil while jobs start.
    package let pausedAt: String?
    /// Jobs in line.
    package let waiting: Int
    /// Jobs that run, or are about to.
    package let places: Int

    /// True for a group with a limit of its own, or paused.
    package var hasSettings: Bool { concurrency != nil || pausedAt != nil }

    /// Creates the state from a row of the store.
    package init(key: String, concurrency: Int?, pausedAt: String?, waiting: Int, places: Int) {
        (self.key, self.concurrency, self.pausedAt) = (key, concurrency, pausedAt)
        (self.waiting, self.places) = (waiting, places)
    }
}

/// The place of a job in its line, and the reasons why the job waits.
package struct LineState: Sendable, Equatable {
    /// The count of awaited jobs ends here.
    private static let most = 1000

    /// The job's queue.
    package var queue: String
    /// The job's group; `-` without a key.
    package var group: String
    /// Until when the job sleeps; nil when its time has come.
    package var asleep: String?
    /// True when the job has a place, and waits for a worker or runs.
    package var hasTurn = false
    /// True when the job runs.
    package var isHeld = false
    /// Since when the queue is paused.
    package var pausedAt: String?
    /// Since when the group is paused.
    package var groupPausedAt: String?
    /// Jobs that may run at a time; nil: no limit.
    package var concurrency: Int?
    package var groupConcurrency: Int?
    /// Jobs that run, or are about to.
    package var places = 0
    package var groupPlaces = 0
    /// True when starts of the queue or of the group are rated.
    package var hasRate = false
    /// Jobs that the job waits for, and one of them; nil for a job in line.
    private var jobs: Int?
    private var one: String?
    /// Jobs of the group that stand before this one.
    package var ahead = 0

    /// Creates the state of a job that waits without a limit.
    package init(queue: String, group: String) { (self.queue, self.group) = (queue, group) }

    /// Creates the state of a job that waits for others, of which `one` is one.
    package init(after jobs: Int, such one: String?) {
        (queue, group) = ("", "")
        (self.jobs, self.one) = (jobs, one)
    }

    /// Why the job waits, for people, such as `line: group acme has 2 of 2 running`; nil for a job that runs.
    package var reason: String? { reason { $0 } }

    /// Returns why the job waits, with the id of an awaited job as `shown` writes the id.
    package func reason(_ shown: (String) -> String) -> String? {
        if isHeld { return nil }
        if let jobs {
            guard jobs > 0, let one else {
                return one == nil ? "wait: is let go with the next look" : "wait: for members of its batch"
            }
            if jobs == 1 { return "wait: for job \(shown(one))" }
            return "wait: for \(jobs > Self.most ? "over \(Self.most)" : "\(jobs)") jobs, such as \(shown(one))"
        }
        if hasTurn { return "ready: waits for a worker" }
        if let asleep { return "asleep until \(asleep)" }
        if pausedAt != nil { return "line: queue \(queue) is paused" }
        if groupPausedAt != nil { return "line: group \(group) is paused" }
        if let groupConcurrency, groupPlaces >= groupConcurrency {
            return "line: group \(group) has \(groupPlaces) of \(groupConcurrency) running"
        }
        if let concurrency, places >= concurrency {
            return "line: queue \(queue) has \(places) of \(concurrency) running"
        }
        if hasRate { return "line: the rate of queue \(queue)" }
        return ahead > 0 ? "line: \(ahead) jobs of group \(group) stand before it" : "line: waits for its turn"
    }
}
