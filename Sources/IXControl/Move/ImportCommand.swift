import ArgumentParser
import FoundationEssentials
import IXCommand
import IXCore
import IXStore

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Put the jobs of an export into this store.",
        discussion: """
            Jobs keep their ids, status, attempts, times and responses. Jobs that exist already are not changed, and neither
            are queues, groups and schedules. After a
            stop, the same command continues the import. A finished import leaves FILE.imported, and is repeated only
            with --again, because jobs that have run and were pruned would come back.
            Exit codes: 0 all jobs are in the store, 1 some jobs were refused, 64 the file is cut off or was imported
            before, 69 the database was unavailable.

            Examples:
              ixctl import jobs.jsonl
            """.flowing)

    @Argument(
        help: "The file that ixctl export wrote; - reads standard input.", completion: .file(),
        transform: FilePath.absolute)
    var file: String

    @Option(
        help: ArgumentHelp("File for refused lines (default: FILE.errors.jsonl).", valueName: "file"),
        completion: .file(), transform: FilePath.absolute)
    var errors: String?

    @Option(
        help: ArgumentHelp("Wait this long for an unavailable database: 90s, 15m.", valueName: "duration"),
        transform: DurationArgument.read)
    var retryFor: Duration = .seconds(60)

    @Flag(help: "Import again: jobs deleted since the first import come back.")
    var again = false

    @Flag(help: "Print a summary as one JSON object.")
    var json = false

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let configuration = try options.load(environment: ProcessInfo.processInfo.environment)
        let store = try configuration.openStore("ixctl", connections: 1)
        try await reportingMoveErrors {
            let stop = StopRequest()
            let opening = ImportOpening(
                path: file, errorsPath: errors, isAgain: again, store: store,
                retry: StoreRetry(limit: retryFor, stop: stop))
            guard var load = try await opening.load() else { throw ExitCode(stop.exitCode ?? 0) }
            try await finish(&load, store, stop)
        }
    }

    private func finish(_ load: inout ImportLoad, _ store: any JobStore, _ stop: StopRequest) async throws {
        do {
            let isComplete = try await load.run()
            if isComplete, load.state.progressFile != nil {
                try ImportTarget(path: file, header: load.header, store: store).finish(load.state.progress)
                load.state.progressFile?.remove()
            }
            say(load, isComplete: isComplete)
            guard isComplete else { throw ExitCode(stop.exitCode ?? Exit.temporary.rawValue) }
        } catch let error where !(error is ExitCode) {
            say(load, isComplete: false)
            if let code = stop.exitCode { throw ExitCode(code) }
            throw error
        }
        if load.state.progress.refused > 0 { throw ExitCode(Exit.no.rawValue) }
    }

    private func say(_ load: ImportLoad, isComplete: Bool) {
        var display = load.state.display
        display.clear()
        let (progress, errors) = (load.state.progress, load.state.errorsPath)
        if json {
            return print(
                JSONPairs([
                    ("complete", "\(isComplete)"), ("inserted", "\(progress.inserted)"),
                    ("there_before", "\(progress.duplicates)"), ("refused", "\(progress.refused)"),
                    ("settings", "\(load.settings)"), ("keys", "\(load.keys)"),
                    ("errors_file", JSONPairs.literal(errors)),
                    ("seconds", JSONPairs.number(display.seconds)),
                ]).text)
        }
        var parts = ["\(progress.inserted) inserted"]
        if progress.duplicates > 0 { parts.append("\(progress.duplicates) existed already") }
        if load.settings > 0 { parts.append("\(load.settings) queues, groups and schedules set") }
        if load.keys > 0 { parts.append("\(load.keys) keys of requests") }
        if let errors { parts.append("\(progress.refused) refused, see \(errors)") }
        if !isComplete { parts.append(file == "-" ? "give the same input again" : "the same command continues") }
        print(parts.joined(separator: "; "))
    }
}
