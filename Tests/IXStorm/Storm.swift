import Foundation
import IXHistory
import IXTestSupport

/// A storm: several real daemons on a real PostgreSQL, with producers and a receiver, under every injected fault. The
/// check afterwards uses only external records.
package struct Storm: Sendable {
    private let settings: StormSettings
    private let log: StormLog
    /// The folder with the evidence.
    package let folder: String

    /// Creates `folder` for the evidence. Failure: throws when the folder or its files can't be created.
    package init(_ settings: StormSettings, folder: String) throws {
        (self.settings, self.folder) = (settings, folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        log = try StormLog(folder: folder)
        if settings.servers == .asynchronous {
            try Data().write(to: URL(filePath: folder + "/may-forget"))
        }
    }

    /// Runs the storm and returns the result. Failure: throws when the storm could not be carried out.
    package func run() async throws -> StormResult {
        let servers = try await StormServers(settings.servers)
        let receiver = try await StormReceiver(log)
        let refused = try await TestDatabase.with(.migrated, on: servers.url) { database in
            try await database.sql(HistoryTable.postgres)
            let role = try await StormOperator.makeRole(database)
            var daemons: [StormDaemon] = []
            for number in 1...settings.daemons {
                let door = try TCPProxy(to: servers.primary)
                let url = try servers.address(of: database, through: door, as: role)
                let clock = settings.kinds.contains(.hostClock) ? try await ShiftedClock() : nil
                daemons.append(try StormDaemon("d\(number)", url: url, door: door, log: log, clock: clock))
            }
            for daemon in daemons { try await daemon.start() }
            try await rage(daemons, servers, database, role, receiver)
            try servers.setClock(by: 0)
            try await calm(daemons, database)
            try await export(database)
            for daemon in daemons { try await daemon.removeClock() }
            return try await refusals(daemons, database)
        }
        try await receiver.end()
        try await servers.remove()
        return StormResult(
            check: HistoryCheck(try History(folder: folder)), daemonsRefused: refused.daemons,
            guardRefused: refused.guarded, settings: settings)
    }

    private func rage(
        _ daemons: [StormDaemon], _ servers: StormServers, _ database: TestDatabase, _ role: String,
        _ receiver: StormReceiver
    ) async throws {
        let end = ContinuousClock.now + settings.duration
        let kinds = Fault.Kind.allCases.filter { settings.kinds.contains($0) }
        let direct = [Fault.Kind.kill, .loss, .pause, .cut, .term, .crashes, .hostClock].filter { kinds.contains($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...settings.producers {
                let producer = StormProducer(
                    name: "p\(number)", url: database.url, callback: receiver.url, log: log,
                    seed: settings.seed &+ UInt64(number), isPoisonous: number == 1 && kinds.contains(.poison))
                group.addTask { try await producer.run(until: end) }
            }
            let losses = Gate(1)
            for (number, daemon) in daemons.enumerated() {
                let adversary = Adversary(
                    daemon: daemon, kinds: direct, log: log, seed: settings.seed &+ 1000 &+ UInt64(number),
                    losses: losses)
                group.addTask { try await adversary.run(until: end) }
            }
            if kinds.contains(.cancel) {
                let canceller = StormCanceller(url: database.url, log: log, seed: settings.seed &+ 5000)
                group.addTask { try await canceller.run(until: end) }
            }
            let operation = StormOperator(
                url: database.url, role: role, kinds: kinds.filter { $0 == .ddl || $0 == .revoke }, log: log,
                seed: settings.seed &+ 7000)
            group.addTask { try await operation.run(until: end) }
            group.addTask { [settings, log] in try await servers.trouble(settings, log, end) }
            try await group.waitForAll()
        }
    }

    /// After the last fault every job must end, every receiver must get its callbacks, and every daemon must stop.
    private func calm(_ daemons: [StormDaemon], _ database: TestDatabase) async throws {
        for daemon in daemons {
            daemon.door.become(.open)
            await daemon.resume()
            if await !daemon.isRunning { try await daemon.start() }
        }
        let isDrained = try await eventually(within: .seconds(240)) {
            for daemon in daemons { try await daemon.succumb() }
            // ignored: the server may still be starting
            let left = try? await database.sql(
                """
                SELECT (SELECT count(*) FROM ix_jobs WHERE status IN ('pending', 'running'))
                       + (SELECT count(*) FROM ix_callbacks WHERE state = 'due')
                """)
            return left?[0][0] == "0"
        }
        for daemon in daemons { try await daemon.settle(database) }
        // The check reports jobs which have not ended by now.
        if !isDrained { try Data().write(to: URL(filePath: folder + "/not-drained")) }
        for daemon in daemons { try await daemon.stop() }
    }

    private func export(_ database: TestDatabase) async throws {
        let rows = try await database.sql(HistoryTable.postgresEvents)
        let text = rows.compactMap { $0[0] }.joined(separator: "\n") + "\n"
        try text.write(toFile: folder + "/events.jsonl", atomically: true, encoding: .utf8)
        let sums = try await database.sql(
            "SELECT coalesce(sum(done), 0), coalesce(sum(error), 0) FROM ix_history WHERE step = 60")
        log.kept.add(KeptSums(done: Int(sums[0][0] ?? "") ?? -1, error: Int(sums[0][1] ?? "") ?? -1))
    }

    private func refusals(
        _ daemons: [StormDaemon], _ database: TestDatabase
    ) async throws -> (daemons: Int, guarded: Int) {
        var count = 0
        for daemon in daemons { count += await daemon.refused }
        let rows = try await database.sql("SELECT count(*) FROM ix_refused_writes")
        return (count, Int(rows[0][0] ?? "") ?? -1)
    }
}
