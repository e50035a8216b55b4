import FoundationEssentials
import IXCore
package import IXStore

extension DaemonLease {
    /// The daemon as a JSON object.
    package var json: String {
        JSONPairs([
            ("daemon_id", JSONPairs.literal(daemon.daemonID.uuidString.lowercased())),
            ("instance", JSONPairs.literal(daemon.instance)), ("host", JSONPairs.literal(daemon.host)),
            ("pid", "\(daemon.pid)"), ("version", JSONPairs.literal(daemon.version)),
            ("started_at", JSONPairs.literal(startedAt)), ("jobs", "\(jobs)"),
            ("lease_left_seconds", JSONPairs.number(leaseLeft)),
            ("serves", ServedUseCases.json(daemon.serves) ?? "null"),
            ("queues", ServedUseCases.json(daemon.queues) ?? "null"),
            ("workers", daemon.workers.map { "\($0)" } ?? "null"),
            ("wanted_workers", wantedWorkers.map { "\($0)" } ?? "null"),
            ("open_breakers", OpenBreaker.json(openBreakers) ?? "[]"),
        ]).text
    }
}
