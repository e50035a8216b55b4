import ArgumentParser
import FoundationEssentials
import IXCommand
import IXCore
import IXRepresentation
import IXStore

struct EnqueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enqueue",
        abstract: "Insert a job, or a file of jobs.",
        discussion: """
            A second insert with the same client and request id makes no job: the first request and callback URL stay.
            --from reads a JSON object per line: a request's fields, and beside them callback_url, run_at,
            max_attempts, expires_at, traceparent, tracestate, queue, group_key, priority, dedupe_key, dedupe,
            dedupe_seconds, after, on_failure and batch_id; or the fields in \"request\".
            Fields that a line lacks come from the command line. After a stop, the same command continues the load.
            Exit codes: 0 inserted (with --wait: done), 1 the job ended in error or lines were refused, 69 the database
            was unavailable, 75 --wait ran out, or the client has as many waiting jobs as its queue allows.

            Examples:
              ixctl enqueue extract --request order.json --wait
              ixctl enqueue extract --run-at +15m --callback-url https://shop.example/done
              ixctl enqueue extract --priority -10
              ixctl enqueue extract --from jobs.jsonl
            """.flowing)

    @Argument(
        help: "Use case, which names the pipeline; with --from, for lines without one.",
        completion: StoreCompletion.useCases)
    var useCase: String?

    @Option(help: "Client that the job belongs to (default: your user name).")
    var clientID: String?

    @Option(help: "The client's own id for the job (default: generated).")
    var requestID: String?

    @Option(
        help: ArgumentHelp("The request's other fields as a JSON object; - reads standard input.", valueName: "file"),
        completion: .file(), transform: FilePath.absolute)
    var request: String?

    @Option(help: "URL to which the response is posted when the job has ended.")
    var callbackURL: String?

    @Option(
        help: "Earliest time of the start, such as 2026-03-04T05:06:07Z (UTC without a zone), or after +90s, +15m, +2h."
    )
    var runAt: String?

    @Option(help: "Time after which the job is not started any more, as for --run-at.")
    var expiresAt: String?

    @Option(help: "The caller's place in a trace (W3C traceparent), for the pipeline and the callback.")
    var traceparent: String?

    @Option(help: "The state of the caller's tracing systems (W3C tracestate, up to 512 bytes), beside --traceparent.")
    var tracestate: String?

    @Option(
        help: "Queue in whose line the job stands (default: that of the use case, if there is one).",
        completion: StoreCompletion.queues)
    var queue: String?

    @Option(help: "Group within the queue, such as a document or a tenant, for the queue's limits on groups.")
    var groupKey: String?

    // Unconditional, so that a number below 0 is a value and no option.
    @Option(parsing: .unconditional, help: "Smaller starts sooner, within the queue: -1000 to 1000.")
    var priority: Int = 0

    @Option(help: "Key of what is asked for, whatever the request id; see --dedupe.")
    var dedupeKey: String?

    @Option(
        help: ArgumentHelp(
            """
            Of jobs with the same client, use case and key: skip (while one waits or runs, it answers), throttle (one in \
            --dedupe-seconds) or replace (the new one takes the place of a waiting one); default skip.
            """,
            valueName: "rule"))
    var dedupe: String?

    @Option(help: "Time of a throttle; of a replacement, how far from the first job on --run-at may move.")
    var dedupeSeconds: Double?

    @Option(parsing: .upToNextOption, help: "Jobs of the same client that have to end before this one starts.")
    var after: [String] = []

    @Option(
        help: ArgumentHelp(
            "When one of --after ends in error: fail (the job does, too) or run (it starts all the same); default fail.",
            valueName: "rule"))
    var onFailure: String?

    @Option(help: ArgumentHelp("Batch that the job is a member of; see `ixctl batch`.", valueName: "batch-id"))
    var batch: String?

    @Option(help: "Starts that may fail or crash; 0: no limit.")
    var maxAttempts: Int = Limits.maxAttempts

    @Option(
        help: ArgumentHelp("Insert a job for each line of this file; - reads standard input.", valueName: "file"),
        completion: .file(), transform: FilePath.absolute)
    var from: String?

    @Option(
        help: ArgumentHelp("File for refused lines (default: FILE.errors.jsonl).", valueName: "file"),
        completion: .file(), transform: FilePath.absolute)
    var errors: String?

    @Option(
        help: ArgumentHelp("Wait this long for an unavailable database: 90s, 15m.", valueName: "duration"),
        transform: DurationArgument.read)
    var retryFor: Duration = .seconds(60)

    @Flag(help: "Read the file from its start, even if FILE.progress records an earlier stop.")
    var restart = false

    @Flag(help: "Wait until the job has ended and show it; a terminal shows its progress meanwhile.")
    var wait = false

    @Option(help: ArgumentHelp("Wait this long at most.", valueName: "seconds"))
    var timeout: Double = 3600

    @Flag(help: "Print the row as JSON, under the table's column names; with --from, a summary.")
    var json = false

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        guard (0...Self.longestWait).contains(timeout) else {
            throw ValidationError("--timeout is 0 to \(Int(Self.longestWait)) seconds.")
        }
        if from == nil {
            if useCase == nil { throw ValidationError("Name a use case, or a file with --from.") }
            if errors != nil || restart { throw ValidationError("--errors and --restart need --from.") }
        } else if request != nil || requestID != nil || wait {
            throw ValidationError("--from excludes --request, --request-id and --wait.")
        }
    }

    func run() async throws {
        let times = try times()
        if let server = try remote.remote {
            let target = ServerTarget(server: server)
            return try await reportingStoreErrors {
                // A bound token names the client; otherwise the user does, as without a server.
                let client = if let clientID { clientID } else { try await target.boundClient() ?? UserName.current }
                try await enqueue(target, times, client)
            }
        }
        let configuration = try options.load(environment: ProcessInfo.processInfo.environment)
        let store = try configuration.openStore("ixctl", connections: 1)
        try await enqueue(StoreTarget(store: store), times, clientID ?? UserName.current)
    }

    private func enqueue(
        _ target: any EnqueueTarget, _ times: (runAt: String?, expiresAt: String?), _ client: String
    ) async throws {
        if let from { return try await bulk(from, times, client, readRules()).run(target) }
        let insertion = try readNewJob(times, client)
        try await reportingStoreErrors {
            let inserted = try await target.insert(insertion)
            warn(inserted)
            let job = try await wait ? end(of: inserted.jobID, target) : nil
            try await show(inserted, job, target)
        }
    }

    /// The longest wait in seconds: a year.
    private static let longestWait = 31_536_000.0

    private func end(of jobID: UUID, _ target: any EnqueueTarget) async throws -> Job {
        let bar = ProgressBar()
        defer { bar.clear() }
        let stop = StopRequest()
        let notice = WaitNotice(jobID, stop)
        let ended = try await Wait(timeout: timeout) { try await target.look($0) }.end(of: jobID, until: stop) {
            bar.show($0, $1)
            try await notice.looked(at: $0, bar) { try await target.obstacle(of: $0) }
        }
        guard let ended else { throw notice.end(bar) }
        return ended
    }

    /// Returns the moments of both options; `+15m` counts from this host's clock.
    private func times() throws -> (runAt: String?, expiresAt: String?) {
        do throws(InvalidInput) {
            return (
                try runAt.map { text throws(InvalidInput) in try TimeArgument.read(text, field: "run_at") },
                try expiresAt.map { text throws(InvalidInput) in try TimeArgument.read(text, field: "expires_at") }
            )
        } catch { throw Exit.usage.saying(error.description) }
    }

    private func bulk(
        _ path: String, _ times: (runAt: String?, expiresAt: String?), _ client: String,
        _ rules: Rules
    ) -> BulkCommand {
        let defaults = JobLineDefaults(
            useCase: useCase, clientID: client, callbackURL: callbackURL,
            runAt: times.runAt, maxAttempts: maxAttempts, expiresAt: times.expiresAt,
            traceparent: traceparent, tracestate: tracestate, queue: queue, groupKey: groupKey, priority: priority,
            dedupe: rules.dedupe, after: rules.after, batchID: rules.batchID)
        return BulkCommand(
            path: path, errorsPath: errors, defaults: defaults, retryFor: retryFor, startsOver: restart, json: json)
    }

    private typealias Rules = (dedupe: Dedupe?, after: AfterJobs?, batchID: UUID?)

    private func readRules() throws -> Rules {
        do throws(InvalidInput) {
            let ids = try after.map { text throws(InvalidInput) in
                guard let id = UUID(uuidString: text) else { throw InvalidInput("after", "'\(text)' is not a UUID") }
                return id
            }
            return (
                try Dedupe(key: dedupeKey, rule: dedupe, seconds: dedupeSeconds),
                try AfterJobs(after.isEmpty ? nil : ids, onFailure: onFailure),
                try batch.map { text throws(InvalidInput) in
                    guard let id = UUID(uuidString: text) else { throw InvalidInput("batch_id", "is not a UUID") }
                    return id
                }
            )
        } catch { throw Exit.usage.saying(error.description) }
    }

    private func readNewJob(
        _ times: (runAt: String?, expiresAt: String?), _ client: String
    ) throws -> NewJob {
        let rules = try readRules()
        do throws(InvalidInput) {
            let fields = try JSONDocument(try requestFields(), field: "request", limit: Limits.requestBytes)
            let request = try RequestIX(
                useCase: useCase ?? "", clientID: client,
                requestID: requestID ?? UUID.random().uuidString.lowercased(), fields: fields)
            var job = try NewJob(
                request, callbackURL: callbackURL, runAt: times.runAt, priority: priority, maxAttempts: maxAttempts,
                expiresAt: times.expiresAt, queue: queue, groupKey: groupKey)
            job.traceContext = TraceParent.context(traceparent, state: tracestate)
            (job.dedupe, job.after, job.batchID) = rules
            return job
        } catch {
            throw Exit.usage.saying(error.description)
        }
    }

    /// Reads at most a byte past the limit, so that an endless input is refused instead of filling the memory.
    private func requestFields() throws(InvalidInput) -> [UInt8] {
        guard let request else { return Array("{}".utf8) }
        return try InputFile(request).read(upTo: Limits.requestBytes + 1)
    }

    private func warn(_ inserted: InsertResult) {
        if let old = inserted.replaces {
            StandardError.say("The job takes the place of \(old.uuidString.lowercased()), which ends as superseded.")
        }
        guard inserted.isDuplicate else { return }
        let but = inserted.differs ? ", with a different request, callback URL or batch, which stays" : ""
        let words =
            dedupeKey == nil ? "with this client and request id exists already" : "answers for this request already"
        StandardError.say("A job \(words)\(but).")
    }

    private func show(_ inserted: InsertResult, _ job: Job?, _ target: any EnqueueTarget) async throws {
        var row = job
        if json, row == nil { row = try await target.look(inserted.jobID).0 }
        if json, let row {
            print(row.json(adding: [("duplicate", "\(inserted.isDuplicate)"), ("differs", "\(inserted.differs)")]))
        } else if let row {
            print(JobText(row, attempts: []).text)
        } else {
            print(inserted.jobID.uuidString.lowercased())
        }
        guard wait, let job, job.status == .error else { return }
        throw ExitCode(Exit.no.rawValue)
    }
}
