import Foundation
import Glibc
import IXHistory
import IXTestSupport

/// An instance of the real daemon program, across all its starts. The daemon connects through its own proxy.
actor StormDaemon {
    let name: String
    let door: TCPProxy
    private let url: String
    private let folder: String
    private let log: StormLog
    /// The file to which the daemon's poisonous jobs append a line at their start.
    private let poison: String
    private var poisoned = 0
    private var process: TestProcess?
    private(set) var refused = 0
    private let scraper: StormScraper
    /// The clock of the daemon's host; nil when no fault sets the clock.
    private let clock: ShiftedClock?
    private var settledAt = Double.infinity
    private var starts = 0

    init(_ name: String, url: String, door: TCPProxy, log: StormLog, clock: ShiftedClock?) throws {
        (self.name, self.url, self.door, self.log, self.clock) = (name, url, door, log, clock)
        folder = log.folder + "/" + name
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        poison = log.folder + "/" + name + ".poison"
        scraper = StormScraper(socket: folder + "/http")
        try StormSettings.configuration(starts: log.starts, poison: poison, door: scraper.socket).write(
            toFile: folder + "/ix-worker.toml", atomically: true, encoding: .utf8)
    }

    /// Starts the program; returns without waiting for READY.
    func start() throws {
        var environment = TestProcess.plainEnvironment
        environment["IX_POSTGRES_URL"] = url
        environment["IX_WORKER_STATE_DIRECTORY"] = folder
        environment.merge(clock?.preload ?? [:]) { $1 }
        process = try TestProcess(
            try Programs.path("ix-worker"),
            [
                "--config", folder + "/ix-worker.toml", "--set", "worker.instance=\(name)", "--set",
                "worker.batch=\(batch)",
            ],
            environment: environment, ownsGroup: true)
        starts += 1
        scraper.begin()
    }

    /// Workers which may share a transaction. Daemons with an even number use 1, all other daemons 8.
    private var batch: Int { (name.last?.wholeNumberValue ?? 0) % 2 == 0 ? 1 : 8 }

    /// Sends kill -9.
    func kill(_ kind: Fault.Kind) async throws {
        let worker = daemonID
        process?.signal(SIGKILL)
        log.faults.add(Fault(at: now(), kind, daemonID: worker))
        try await gone(isKilled: true)
    }

    /// Kills and restarts the daemon when a poisonous job has started since the last call.
    func succumb() async throws {
        // ignored: before the first poisonous job the file is missing
        let doses = (try? String(contentsOfFile: poison, encoding: .utf8).split(separator: "\n").count) ?? 0
        guard doses > poisoned else { return }
        poisoned = doses
        try await kill(.poison)
        try start()
    }

    /// Sets the clock of the daemon's host to `seconds` ahead of the other hosts' clocks.
    func setClock(by seconds: Int) throws {
        log.faults.add(Fault(at: now(), .hostClock, daemonID: daemonID))
        try clock?.set(by: seconds)
    }

    /// Removes the clock. Requires: the daemon has ended.
    func removeClock() throws { try clock?.remove() }

    /// Sends SIGSTOP, and SIGCONT after `time`.
    func pause(_ time: Duration) async throws {
        log.faults.add(Fault(at: now(), .pause, daemonID: daemonID))
        process?.signal(SIGSTOP)
        try await Task.sleep(for: time)
        process?.signal(SIGCONT)
    }

    /// Sends TERM and records the duration of the stop. Throws when the exit code is not 0.
    func stop() async throws {
        let (worker, start) = (daemonID, now())
        process?.signal(SIGTERM)
        let exit = try await process?.exitStatus(within: .seconds(StormSettings.stopBound * 2))
        // A process that has logged nothing may not have caught the signal yet.
        let isTooEarly = exit == .signal(SIGTERM) && process?.lines.isEmpty == true
        if isTooEarly {
            log.faults.add(Fault(at: start, .kill, daemonID: worker))
            return try await gone(isKilled: true)
        }
        guard exit == .code(0) else { throw TestFailure("\(name) ended by \(exit.map { "\($0)" } ?? "nothing")") }
        log.faults.add(Fault(at: start, .term, daemonID: worker, took: now() - start))
        try await gone(isKilled: false)
    }

    func resume() { process?.signal(SIGCONT) }

    private func counts(_ scrape: StormScraper.Scrape?) -> ProcessCounts {
        // A process that never answered has its whole life before it.
        let scrape = scrape ?? StormScraper.Scrape(at: 0, answeredAt: 0, done: 0, error: 0)
        return ProcessCounts(
            process: "\(name)/\(starts)", daemonIDs: Set(daemonIDs), scrapedAt: scrape.at,
            answeredAt: scrape.answeredAt, done: scrape.done,
            error: scrape.error)
    }

    /// Scrapes until the counts are those of the rows, after the last job has ended; at most 10 s.
    func settle(_ database: TestDatabase) async throws {
        let ids = "{" + daemonIDs.joined(separator: ",") + "}"
        let rows = try await database.sql(
            """
            SELECT count(*) FROM storm_history WHERE event -> 'old' ->> 'daemon_id' = ANY ($1::text[])
               AND event -> 'old' ->> 'status' = 'running' AND event -> 'new' ->> 'status' = 'done'
            """, [ids])
        let start = now()
        let ended = Int(rows[0][0] ?? "")
        _ = try await eventually(within: .seconds(10)) { [scraper] in
            scraper.last(after: start).map { $0.done == ended } ?? false
        }
        settledAt = start
    }

    /// The ids under which the process held a lease, oldest first.
    private var daemonIDs: [String] {
        let lines = process?.lines.filter { $0.contains(" ready as daemon ") || $0.contains("registered anew") } ?? []
        return lines.compactMap { line in
            line.split(separator: " ").last { $0.hasPrefix("daemon=") }.map { String($0.dropFirst(7)) }
        }
    }

    /// The daemon's current id; nil before the daemon is ready.
    private var daemonID: String? { daemonIDs.last }

    /// Appends the ended process's output to the log, and counts its fenced and dropped results.
    private func gone(isKilled: Bool) async throws {
        guard let process else { return }
        _ = try await process.exitStatus()
        var counts = counts(await scraper.end())
        // A process whose counts were read after the last job's end has nothing left to tell.
        if counts.scrapedAt < settledAt { counts.endedAt = now() }
        counts.isKilled = isKilled
        log.counts.add(counts)
        refused += process.lines.count { $0.contains(") fenced") || $0.contains(") dropped") }
        let text = process.lines.joined(separator: "\n") + "\n"
        let path = folder + "/log"
        if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(filePath: path)) }
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        try file.seekToEnd()
        file.write(Data(text.utf8))
        try file.close()
        self.process = nil
    }

    var isRunning: Bool { process?.isRunning ?? false }
}
