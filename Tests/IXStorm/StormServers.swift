import IXHistory
import IXTestSupport

/// The storm's database servers, with their faults.
struct StormServers: Sendable {
    private let cluster: PrivateCluster?
    private let replication: Replication?
    private let clock: ShiftedClock?
    let url: String

    init(_ kind: StormSettings.Servers) async throws {
        switch kind {
        case .one:
            let clock = try await ShiftedClock()
            let cluster = try await PrivateCluster(clock: clock)
            (self.cluster, replication, self.clock, url) = (cluster, nil, clock, cluster.url)
        case .synchronous, .asynchronous:
            let replication = try await Replication(isSynchronous: kind == .synchronous)
            (cluster, self.replication, clock, url) = (nil, replication, nil, replication.url)
        }
    }

    /// Returns a daemon's address: through the proxy to the primary, and directly to a standby.
    func address(of database: TestDatabase, through door: TCPProxy, as role: String) throws -> String {
        let detour = door.detour.merging(["user": role]) { $1 }
        guard let replication else { return try database.address.url(detour) }
        return try replication.address(of: database, detour: detour)
    }

    var primary: ServerAddress {
        get throws { try replication.map { try $0.primaryAddress } ?? ServerAddress(url) }
    }

    /// Injects faults of the servers until `end`: crashes and clock steps at random moments, or one failover in the
    /// middle.
    func trouble(_ settings: StormSettings, _ log: StormLog, _ end: ContinuousClock.Instant) async throws {
        if let replication, settings.kinds.contains(.failover) {
            try await Task.sleep(for: settings.duration / 2)
            if settings.servers == .asynchronous {
                // Detached for 1 s, the standby misses commits which the failover then loses.
                try await replication.detachStandby()
                try await Task.sleep(for: .seconds(1))
            }
            log.faults.add(Fault(at: now(), .failover))
            try await replication.crashPrimary()
            try await replication.promoteStandby()
        }
        let crashes = [Fault.Kind.restart, .outage, .clock].filter { settings.kinds.contains($0) }
        guard let cluster else { return }
        var luck = SeededGenerator(seed: settings.seed &+ 77)
        while ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(Int.random(in: 4_000...9_000, using: &luck)))
            guard ContinuousClock.now < end, let kind = crashes.randomElement(using: &luck) else { return }
            log.faults.add(Fault(at: now(), kind))
            switch kind {
            case .outage:
                try await cluster.crash()
                try await Task.sleep(for: .seconds(StormSettings.lease * 1.3))
                try await cluster.start()
            case .clock: try setClock(by: Int.random(in: -60...60, using: &luck))
            default: try await cluster.restart()
            }
        }
    }

    /// Sets the clock to `seconds` ahead of the host's clock. Without effect on a replication, whose clocks can't be
    /// set.
    func setClock(by seconds: Int) throws { try clock?.set(by: seconds) }

    func remove() async throws {
        try await cluster?.remove()
        try await replication?.remove()
        try clock?.remove()
    }
}
