package import FoundationEssentials
import IXCore

/// The identity of a daemon process, unique per start. The host name alone wouldn't do, because the next start has the
/// same.
package struct DaemonIdentity: Sendable, Equatable {
    /// The daemon's id, random at every start.
    package let daemonID: UUID
    /// Name of the configured instance, for people.
    package let instance: String
    /// Name of the host, for people.
    package let host: String
    /// Process id on `host`.
    package let pid: Int32
    /// Version of the program.
    package let version: String
    /// The use cases with a pipeline at this daemon, in order; nil means every use case.
    package var serves: [String]?
    /// The queues from which the daemon takes jobs, in order; nil means every queue.
    package let queues: [String]?
    /// The number of the daemon's living workers; nil in the row of an older daemon.
    package var workers: Int?

    /// Creates an identity with a new random id, unless the caller gives an id.
    package init(
        daemonID: UUID = .random(), instance: String, host: String, pid: Int32, version: String,
        serves: [String]? = nil, queues: [String]? = nil, workers: Int? = nil
    ) {
        self.workers = workers
        self.daemonID = daemonID
        self.instance = instance
        self.host = host
        self.pid = pid
        self.version = version
        self.serves = serves
        self.queues = queues
    }

    /// Returns true when the daemon has a pipeline for the use case.
    package func serves(_ useCase: String) -> Bool { serves?.contains(useCase) ?? true }

    /// Returns true when the daemon takes jobs from the queue.
    package func takes(_ queue: String) -> Bool { queues?.contains(queue) ?? true }
}

/// The use cases with a pipeline at a daemon, as the JSON array in the daemon's row.
package enum ServedUseCases {
    /// Returns the sorted array, or nil (every use case) for nil.
    package static func json(_ useCases: [String]?) -> String? {
        useCases.map { "[" + $0.sorted().map { JSONPairs.literal($0) }.joined(separator: ",") + "]" }
    }

    /// Returns the use cases of a daemon's row; nil means every use case.
    package static func read(_ json: String?) -> [String]? {
        guard let json else { return nil }
        // ignored: a row that can't be read counts as a daemon serving every use case, so other daemons wait for it
        let document = try? JSONDocument(response: "{\"serves\":\(json)}")
        return document?["serves"]?.elements?.compactMap(\.string)
    }
}
