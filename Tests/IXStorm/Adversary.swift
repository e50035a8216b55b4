import IXHistory
import IXTestSupport

/// Injects faults into a daemon, one after another, at random moments.
struct Adversary: Sendable {
    let daemon: StormDaemon
    let kinds: [Fault.Kind]
    let log: StormLog
    let seed: UInt64
    /// Admits one lost host at a time, because the other daemons must take over the lost host's jobs.
    let losses: Gate

    func run(until end: ContinuousClock.Instant) async throws {
        var luck = SeededGenerator(seed: seed)
        guard !kinds.isEmpty else { return }
        while ContinuousClock.now < end {
            try await rest(.milliseconds(Int.random(in: 300...2500, using: &luck)))
            guard ContinuousClock.now < end, let kind = kinds.randomElement(using: &luck) else { return }
            try await strike(kind, &luck)
        }
    }

    /// Rests for `time`. Meanwhile a daemon which runs a poisonous job is killed.
    private func rest(_ time: Duration) async throws {
        let end = ContinuousClock.now + time
        while ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(50))
            try await daemon.succumb()
        }
    }

    private func strike(_ kind: Fault.Kind, _ luck: inout SeededGenerator) async throws {
        switch kind {
        case .kill:
            try await daemon.kill(.kill)
            try await daemon.start()
        case .loss:
            await losses.enter()
            defer { losses.leave() }
            try await daemon.kill(.loss)
            try await Task.sleep(for: .seconds(StormSettings.lease + StormSettings.sweep * 2 + 1))
            try await daemon.start()
        case .pause: try await daemon.pause(.seconds(StormSettings.lease * 1.5))
        case .cut: try await cut(&luck)
        case .term:
            try await daemon.stop()
            try await daemon.start()
        case .crashes:
            for _ in 0..<3 {
                try await daemon.kill(.crashes)
                try await daemon.start()
                try await Task.sleep(for: .milliseconds(Int.random(in: 400...1500, using: &luck)))
            }
        case .hostClock: try await daemon.setClock(by: Int.random(in: -3600...3600, using: &luck))
        case .restart, .failover, .cancel, .outage, .ddl, .revoke, .poison, .clock: break
        }
    }

    /// Disturbs the daemon's connections in one of three ways: cuts open connections; forwards nothing for a while; or
    /// drops the server's replies, so that commits succeed unheard, and then cuts.
    private func cut(_ luck: inout SeededGenerator) async throws {
        log.faults.add(Fault(at: now(), .cut))
        let door = daemon.door
        switch Int.random(in: 0..<4, using: &luck) {
        case 0: door.cut()
        case 1:
            door.become(.blackHole)
            try await Task.sleep(for: .milliseconds(Int.random(in: 500...5000, using: &luck)))
        default:
            door.become(.replyless)
            try await Task.sleep(for: .milliseconds(Int.random(in: 50...600, using: &luck)))
            door.cut()
        }
        door.become(.open)
    }
}
