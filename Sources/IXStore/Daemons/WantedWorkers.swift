package import FoundationEssentials
package import IXCore

/// `LeaseRenewal` is the store's answer to a heartbeat.
package struct LeaseRenewal: Sendable, Equatable {
    /// The store's clock in seconds since 1970.
    package let clock: Double
    /// An operator's wish for a number of workers; nil: the configuration's.
    package let wantedWorkers: Int?

    /// Creates the value from the daemon's row. A number out of bounds, which only foreign code writes, counts as none.
    package init(clock: Double, wantedWorkers: Int?) {
        self.clock = clock
        self.wantedWorkers = wantedWorkers.flatMap { Limits.workers.contains($0) ? $0 : nil }
    }
}

/// `DaemonChoice` chooses live daemons: all, an instance's, or a single daemon.
package struct DaemonChoice: Sendable, Equatable {
    /// The configured name of the daemons; nil for every name.
    package var instance: String?
    /// The daemon's id; nil for every daemon.
    package var daemonID: UUID?

    /// Chooses every live daemon, unless the caller gives more.
    package init(instance: String? = nil, daemonID: UUID? = nil) {
        (self.instance, self.daemonID) = (instance, daemonID)
    }
}

/// The check of a wanted number of workers, equal at every door.
package enum WantedWorkers {
    /// Returns `count`, or refuses a number out of bounds in the words of the key `worker.count`.
    @discardableResult
    package static func validated(_ count: Int?) throws(InvalidInput) -> Int? {
        guard let count, !Limits.workers.contains(count) else { return count }
        throw refusal("\(count)")
    }

    /// Returns the refusal of a value, whose text is for people.
    package static func refusal(_ shown: String) -> InvalidInput {
        InvalidInput("workers", "must be \(Limits.workers.lowerBound)…\(Limits.workers.upperBound), is \(shown)")
    }
}
