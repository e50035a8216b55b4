import FoundationEssentials
import IXStore
import Synchronization

/// `DaemonRegistration` holds the identity under which this daemon holds its lease.
final class DaemonRegistration: Sendable {
    private let current: Mutex<DaemonIdentity>

    init(_ identity: DaemonIdentity) { current = Mutex(identity) }

    var identity: DaemonIdentity { current.withLock { $0 } }
    var daemonID: UUID { identity.daemonID }
}
