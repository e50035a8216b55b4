public import FoundationEssentials
public import IXCore

/// A worker process, unique per start; never the host name, which the next start would share.
public struct WorkerIdentity: Sendable, Equatable {
    public let workerID: UUID
    public let instance: String
    public let host: String
    public let pid: Int32
    public let version: String
    /// The use cases it has pipelines for, in order; nil: every one.
    public var serves: [String]?

    public init(
        workerID: UUID = .random(), instance: String, host: String, pid: Int32, version: String, serves: [String]? = nil
    ) {
        self.workerID = workerID
        self.instance = instance
        self.host = host
        self.pid = pid
        self.version = version
        self.serves = serves
    }

    /// Whether it has a pipeline for the use case.
    public func serves(_ useCase: String) -> Bool { serves?.contains(useCase) ?? true }
}
