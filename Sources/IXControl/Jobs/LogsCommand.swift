import ArgumentParser
import FoundationEssentials
import IXCommand
import IXCore
import IXStore

struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Show the log of a job's pipeline, start by start.",
        discussion: """
            The store keeps the last 64 KiB of each start's log; the log of a running start is up to a second old. The
            whole log is in the journal of the start's host: journalctl IX_JOB_ID=JOB. With --json every line is an
            object with `attempt` and `line`; the object of a start's end has `outcome` and `exit_status`. Exit code 1:
            there is no such job.

            Examples:
              ixctl logs 8e717b38 --follow
            """.flowing)

    @Argument(
        help: ArgumentHelp("The job's id, or its beginning.", valueName: "job-id"), completion: StoreCompletion.jobs,
        transform: JobArgument.init)
    var jobID: JobArgument

    @Flag(name: [.short, .long], help: "Follow the log until the job has ended.")
    var follow = false

    @Option(help: ArgumentHelp("Only this start, from 1.", valueName: "number"))
    var attempt: Int?

    @Flag(help: "Print a JSON object per line.")
    var json = false

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        if let server = try remote.remote { return try await show(from: server) }
        try await options.showing { store in
            let store = store.reading
            let id = try await jobID.id(store)
            var (reader, output) = (LogReader(id, only: attempt), LogOutput(json: json))
            var pause = Backoff(first: .milliseconds(100), limit: .milliseconds(500))
            while true {
                let (pieces, isOver) = reader.news(try await reader.look(store))
                let text = output.text(of: pieces)
                if !text.isEmpty {
                    pause.reset()
                    guard Terminal.write(text, to: 1) else { return }
                }
                guard follow, !isOver else { return }
                try await Task.sleep(for: pause.next())
            }
        }
    }
}

extension LogsCommand {
    private func show(from server: RemoteServer) async throws {
        guard !follow else {
            throw ValidationError("--server doesn't go with --follow; GET /v1/jobs/JOB/events follows.")
        }
        let path = "/v1/jobs/\(try await jobID.id(on: server))/log"
        let text = try await server.get(path, [("attempt", attempt.map { "\($0)" })])
        guard json else { return print(text) }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            print(LogOutput.line(attempt, String(line)), terminator: "")
        }
    }
}
