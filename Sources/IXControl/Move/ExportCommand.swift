import ArgumentParser
import FoundationEssentials
import IXCommand
import IXConfig
import IXCore
import IXStore

struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write jobs to a file, for another store to import.",
        discussion: """
            Without --move the file gets a copy of jobs that have ended. With --move every job moves from the store to
            the file, and at every moment is in one of the two; stop the daemons and the producers first. The settings of
            queues and groups, the schedules and the receipts are copied with both. After a stop, the same command continues the export.
            With --client-id the jobs of one client move, and daemons go on; stop the client's producers first. The file
            holds the jobs' documents: protect it like the database.
            Exit codes: 0 the file is complete, 64 the file holds another export, 75 daemons run or jobs were left
            behind.

            Examples:
              ixctl export history.jsonl
              ixctl export --move jobs.jsonl
              ixctl export --move --client-id shop shop.jsonl
            """.flowing)

    @Argument(
        help: "The file, made by this command; - writes a copy to standard output.", completion: .file(),
        transform: FilePath.absolute)
    var file: String

    @Flag(help: "Move all jobs out of the store, waiting jobs included.")
    var move = false

    @Option(
        help: ArgumentHelp("Move the jobs of this client alone, while daemons run on.", valueName: "client"))
    var clientID: String?

    @Flag(help: "Move even while daemons run: running jobs are taken from them and start again later.")
    var force = false

    @Option(
        help: ArgumentHelp("Wait this long for jobs that other transactions lock: 90s, 15m.", valueName: "duration"),
        transform: DurationArgument.read)
    var retryFor: Duration = .seconds(10)

    @Flag(help: "Print a summary as one JSON object.")
    var json = false

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        if force && !move { throw ValidationError("--force needs --move.") }
        if clientID != nil && !move { throw ValidationError("--client-id needs --move.") }
        if clientID?.isEmpty == true { throw ValidationError("--client-id must name a client.") }
        if move && file == "-" { throw ValidationError("--move needs a file; standard output can lose the jobs.") }
    }

    func run() async throws {
        let configuration = try options.load(environment: ProcessInfo.processInfo.environment)
        // Counting the remaining jobs reads the whole table, which may still hold many dead rows after the move.
        let store = try configuration.openStore("ixctl", connections: 1, callTimeout: .seconds(60))
        try await reportingMoveErrors {
            let stop = StopRequest()
            let sweep = SourceSweep(store: store)
            // The jobs of one client leave while the daemons work on for all others.
            if clientID != nil { try await sweep.run() } else if move { try await sweep.clear(forced: force) }
            var export = try await ExportStart(store: store, mode: move ? .move : .copy, clientID: clientID, stop: stop)
                .export(to: file)
            let left = try await move ? moveAll(&export, sweep) : copyEnded(&export)
            export.display.clear()
            ExportSummary(export, left: left, json: json).write(toStandardError: file == "-")
            if left == nil { throw ExitCode(stop.exitCode ?? Exit.temporary.rawValue) }
            if move, left != 0 { throw ExitCode(Exit.temporary.rawValue) }
        }
    }

    /// Returns the number of jobs which stay because they have not ended; nil after a stop request.
    private func copyEnded(_ export: inout Export) async throws -> Int? {
        guard try await export.copy() else { return nil }
        return try await export.store.perform { try $0.statistics(countingEnded: false) }.total.count
    }

    /// Moves until the store is empty or `retryFor` has passed without progress. Returns the number of jobs left in the
    /// store; nil after a stop request.
    private func moveAll(_ export: inout Export, _ sweep: SourceSweep) async throws -> Int? {
        var pause = Backoff(first: .milliseconds(50), limit: .seconds(1))
        var (end, jobs) = (ContinuousClock.now + retryFor, export.jobs)
        while try await export.move(forced: force) {
            let left = try await left(in: export.store)
            if left == 0, try await !export.end() { return nil }
            if export.jobs > jobs {
                // Jobs that waited for others have left, and free those for which they waited.
                (end, jobs) = (.now + retryFor, export.jobs)
                pause = Backoff(first: .milliseconds(50), limit: .seconds(1))
            }
            guard left > 0, ContinuousClock.now < end else { return left }
            try await Task.sleep(for: pause.next())
            try await sweep.run()
        }
        return nil
    }
}

extension ExportCommand {
    /// Number of jobs that stay in the store; of one client the first 500.
    private func left(in store: any JobStore) async throws -> Int {
        guard let clientID else {
            return try await store.perform { try $0.statistics(countingEnded: true) }.total.count
        }
        return try await store.perform { try $0.list(JobFilter(clientID: clientID), after: nil, limit: 500).count }
    }
}

extension UseCaseCounts {
    fileprivate var count: Int { due + scheduled + running + done + error }
}
