public import FoundationEssentials
public import IXCore

/// The identity of a daemon process, unique per start. The host name alone wouldn't do, because the next start has the
/// same.
public struct DaemonIdentity: Sendable, Equatable {
    /// The daemon's id, random at every start.
    public let daemonID: UUID
    /// Name of the configured instance, for people.
    public let instance: String
    /// Name of the host, for people.
    public let host: String
    /// Process id on `host`.
    public let pid: Int32
    /// Version of the program.
    public let version: String
    /// The use cases with a pipeline at this daemon, in order; nil means every use case.
    public var serves: [String]?

    /// Creates an identity with a new random id, unless the caller gives an id.
    public init(
        daemonID: UUID = .random(), instance: String, host: String, pid: Int32, version: String, serves: [String]? = nil
    ) {
        self.daemonID = daemonID
        self.instance = instance
        self.host = host
        self.pid = pid
        self.version = version
        self.serves = serves
    }

    /// Returns true when the daemon has a pipeline for the use case.
    public func serves(_ useCase: String) -> Bool { serves?.contains(useCase) ?? true }
}
