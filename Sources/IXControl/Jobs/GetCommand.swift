import ArgumentParser
import FoundationEssentials
import IXCommand
import IXConfig
import IXCore
import IXRepresentation
import IXStore

struct GetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show a job.",
        discussion: """
            Exit code 1: there is no such job.

            Examples:
              ixctl get 8e717b38
              ixctl get 8e717b38 --follow
            """.flowing)

    @Argument(
        help: ArgumentHelp("The job's id, or its beginning.", valueName: "job-id"), completion: StoreCompletion.jobs,
        transform: JobArgument.init)
    var jobID: JobArgument?

    @Option(help: "With --request-id, instead of the job's id.")
    var clientID: String?

    @Option(help: "With --client-id, instead of the job's id.")
    var requestID: String?

    @Flag(help: "Follow the job to its end: its progress on a terminal, a line for each change elsewhere.")
    var follow = false

    @Flag(help: "Print the row as JSON, under the table's column names.")
    var json = false

    @OptionGroup var times: TimeOptions

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        let hasKeys = clientID != nil && requestID != nil
        guard (jobID != nil) != hasKeys, (clientID == nil) == (requestID == nil) else {
            throw ValidationError("Give either a job id, or both --client-id and --request-id.")
        }
    }

    func run() async throws {
        if let server = try remote.remote { return try await show(from: server) }
        let configuration = try options.load(environment: ProcessInfo.processInfo.environment)
        let store = try configuration.openStore("ixctl", connections: 1, isReading: true).reading
        try await reportingStoreErrors {
            let found = try await find(store)
            guard let job = found.job else { throw Exit.no.saying("there is no such job") }
            let link = TraceLink(configuration.traces.link)
            guard follow, !job.status.isTerminal else { return show(job, found, link) }
            let progress = FollowedProgress(json: json)
            defer { progress.end() }
            let wait = Wait(timeout: 365 * 86_400) { jobID in
                try await store.perform { operations in
                    let job = try operations.get(jobID)
                    return (job, job?.status == .running ? try operations.progress(of: jobID) : nil)
                }
            }
            let stop = StopRequest()
            let isOver = try await wait.end(of: job.jobID, until: stop, onLook: progress.show) != nil
            progress.end()
            guard isOver else { throw ExitCode(stop.exitCode ?? 1) }
            let ended = try await find(store)
            if let job = ended.job { show(job, ended, link) }
        }
    }

    private func show(from server: RemoteServer) async throws {
        guard !follow else { throw ValidationError("--follow asks the store; with --server use /v1/jobs/ID/events.") }
        if let jobID {
            print(
                try await server.get(
                    "/v1/jobs/\(try await jobID.id(on: server))", [("include", "attempts,progress,callback")]))
        } else {
            print(
                try await server.get("/v1/jobs/lookup", [("client_id", clientID), ("request_id", requestID)]))
        }
    }

    private struct Found: Sendable {
        let job: Job?
        let attempts: [AttemptRecord]
        let progress: ProgressRecord?
        let line: LineState?
    }

    private func show(_ job: Job, _ found: Found, _ traceLink: TraceLink) {
        let record = JobRecord(job, attempts: JobRecord(job, attempts: found.attempts).endedAttempts)
        print(
            json
                ? record.json(found.progress, found.line, adding: traceLink.members(of: job))
                : JobText(
                    job, attempts: record.attempts, progress: found.progress?.progress, line: found.line,
                    traceLink: traceLink, clock: times.clock
                ).text)
    }

    private func find(_ store: RoleStore<any JobReading>) async throws -> Found {
        let jobID = try await jobID?.id(store)
        let (clientID, requestID) = (clientID ?? "", requestID ?? "")
        return try await store.perform { operations in
            let job =
                if let jobID {
                    try operations.get(jobID)
                } else {
                    try operations.getByCorrelation(clientID: clientID, requestID: requestID)
                }
            return Found(
                job: job, attempts: try job.map { try operations.attempts(of: $0.jobID) } ?? [],
                progress: try job.flatMap { try operations.progress(of: $0.jobID) },
                line: try job.flatMap { $0.status == .pending ? try operations.line(of: $0.jobID) : nil })
        }
    }
}
