import ArgumentParser
import FoundationEssentials
import IXCommand
import IXCore
import IXRepresentation
import IXStore

struct ResubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resubmit",
        abstract: "Insert ended jobs again.",
        discussion: """
            Makes a job with the request, callback URL and priority of an ended job, linked by resubmit_of. The ended
            job is not changed. The new request_id is the old one with `~` and the first 8 characters of the old job's
            id, so that the same command given twice makes one job.

            By filter: --status error or done, narrowed by --error-code, --client-id, --use-case, --older-than or
            --newer-than. --dry-run counts by use case and client; a terminal is asked, and other callers give --yes.

            Exit codes: 0 all were resubmitted, 1 some were not.

            Examples:
              ixctl resubmit 8e717b38
              ixctl resubmit --status error --error-code timeout --newer-than 1d --dry-run
            """.flowing)

    @Argument(
        help: ArgumentHelp("The ended jobs' ids, or their beginnings.", valueName: "job-id"),
        completion: StoreCompletion.endedJobs,
        transform: JobArgument.init)
    var jobIDs: [JobArgument] = []

    @Option(help: "The new job's request_id; for one job.")
    var requestID: String?

    @Option(
        help: "Instead of ids, every job of this status: error, done or both with a comma.",
        completion: .list(["error", "done"]))
    var status: StatusArgument?

    @Option(help: "With --status: jobs that ended with this error code; a comma means or.", completion: .errorCodes)
    var errorCode: String?

    @OptionGroup var filters: FilterOptions

    @Flag(help: "Only count what would be resubmitted, by use case and client; with --json a line per job.")
    var dryRun = false

    @Flag(help: "Confirms that all jobs found by the filter are resubmitted.")
    var yes = false

    @Flag(help: "Print one JSON object per job.")
    var json = false

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        guard requestID == nil || jobIDs.count == 1 else { throw ValidationError("--request-id goes with one job id.") }
        guard jobIDs.isEmpty == (status != nil) else {
            throw ValidationError("Give either job ids, or --status error or done and options that narrow it.")
        }
        guard let status else {
            guard filters.pairs.isEmpty, errorCode == nil, !dryRun else {
                throw ValidationError("Job ids and a filter don't go together.")
            }
            return
        }
        if let live = status.statuses.first(where: { !$0.isTerminal }) {
            throw ValidationError("--status: \(live.rawValue) jobs have not ended and can't be resubmitted.")
        }
        guard yes || dryRun || FoundJobs.canAsk else {
            throw ValidationError("Resubmitting by filter needs --yes; --dry-run counts what it would resubmit.")
        }
    }

    func run() async throws {
        if let server = try remote.remote { return try await resubmit(by: server) }
        try await options.changing { store in
            var report = ResubmitReport(json: json, isDryRun: dryRun, listsAll: status == nil)
            if status != nil {
                try await resubmitFound(store, &report)
            } else {
                for id in try await jobIDs.ids(store.reading) {
                    report.add(id, try await resubmit(id, store))
                }
            }
            report.finish()
            if report.hasFailures { throw ExitCode(Exit.no.rawValue) }
        }
    }

    private func resubmit(by server: RemoteServer) async throws {
        guard status == nil else { throw ValidationError("--server goes with job ids; /v1/bulk resubmits by filter.") }
        let body = requestID.map { JSONPairs([("request_id", JSONPairs.literal($0))]).text }
        for id in try await jobIDs.ids(on: server) {
            print(try await server.post("/v1/jobs/\(id)/resubmit", body: body))
        }
    }

    /// Resubmits page by page, from the newest job on. New jobs are newer than the first page, and so never found.
    private func resubmitFound(_ store: any JobStore, _ report: inout ResubmitReport) async throws {
        let filter = try filters.filter(selection)
        let members = (selection + filters.pairs).map { ($0.name, JSONPairs.literal($0.value)) }
        var found: FoundJobs?
        if dryRun || !yes {
            var counted = FoundJobs()
            try await eachPage(filter, store) { page in
                counted.add(page)
                if dryRun { for job in page { report.add(job.jobID) } }
            }
            if dryRun { return report.show(counted) }
            try counted.confirm("Resubmit")
            found = counted
        }
        let bar = ChangeBar("resubmitting", of: found?.total, listsJobs: json)
        defer { bar.clear() }
        try await eachPage(filter, store) { page in
            let ids = page.map(\.jobID)
            let answers = try await resubmit(ids, members, store)
            bar.clear()
            for (id, answer) in zip(ids, answers) { report.add(id, answer) }
            bar.add(ids.count)
        }
    }

    private func eachPage(
        _ filter: JobFilter, _ store: any JobStore, _ body: ([JobSummary]) async throws -> Void
    ) async throws {
        var position: ListPosition?
        repeat {
            let page = try await ListWalk(filter, from: position, store.reading).page(Self.page)
            try await body(page.jobs)
            position = page.next
        } while position != nil
    }

    /// Resubmits a page and notes it in the audit, in one transaction.
    private func resubmit(
        _ ids: [UUID], _ filter: [(String, String)], _ store: any JobStore
    ) async throws -> [ResubmitReport.Answer] {
        try await AuditedStore(store).change { operations -> ([ResubmitReport.Answer], [AuditEntry]) in
            let answers = try operations.resubmitEach(ids)
            let count = answers.count { if case .success(.resubmitted) = $0 { true } else { false } }
            let entry = AuditEntry(command: "resubmit", target: nil, filter: filter, count: count)
            return (answers, count > 0 ? [entry] : [])
        }
    }

    private var selection: [(name: String, value: String)] {
        let statuses = status.map { $0.statuses.map(\.rawValue).joined(separator: ",") }
        return FilterOptions.given([("status", statuses), ("error_code", errorCode)])
    }

    private func resubmit(_ id: UUID, _ store: any JobStore) async throws -> ResubmitReport.Answer {
        let requestID = requestID
        do {
            let answer = try await AuditedStore(store).change { operations -> (Resubmission, [AuditEntry]) in
                let answer = try operations.resubmit(id, requestID: requestID)
                guard case .resubmitted = answer else { return (answer, []) }
                return (answer, [AuditEntry(command: "resubmit", target: id.uuidString.lowercased())])
            }
            return .success(answer)
        } catch let error as StoreError {
            guard case .invalidInput(let input) = error.code else { throw error }
            return .failure(input)
        }
    }

    private static let page = 500
}
