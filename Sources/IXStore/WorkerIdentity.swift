public import FoundationEssentials

/// A worker process, unique per start; never the host name, which the next start would share.
public struct WorkerIdentity: Sendable, Equatable {
    public let workerID: UUID
    public let instance: String
    public let host: String
    public let pid: Int32
    public let version: String

    public init(workerID: UUID = UUID(), instance: String, host: String, pid: Int32, version: String) {
        self.workerID = workerID
        self.instance = instance
        self.host = host
        self.pid = pid
        self.version = version
    }
}
