import FoundationEssentials
import IXStore
import Synchronization

/// `Registration` holds the identity under which this daemon holds its lease.
final class Registration: Sendable {
    private let current: Mutex<WorkerIdentity>

    init(_ identity: WorkerIdentity) { current = Mutex(identity) }

    var identity: WorkerIdentity { current.withLock { $0 } }
    var workerID: UUID { identity.workerID }
}
