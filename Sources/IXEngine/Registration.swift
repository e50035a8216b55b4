import FoundationEssentials
import IXStore
import Synchronization

/// Under which identity this process holds its lease; a fresh one after a lease was lost.
final class Registration: Sendable {
    private let current: Mutex<WorkerIdentity>

    init(_ identity: WorkerIdentity) { current = Mutex(identity) }

    var identity: WorkerIdentity { current.withLock { $0 } }
    var workerID: UUID { identity.workerID }

    func renew() -> WorkerIdentity {
        current.withLock {
            $0 = $0.renewed()
            return $0
        }
    }
}
