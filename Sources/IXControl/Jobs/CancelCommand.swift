import ArgumentParser
import FoundationEssentials
import IXCommand
import IXCore
import IXStore

struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Cancel jobs that wait or run.",
        discussion: """
            A cancelled job ends in error with code `cancelled`: a waiting job at once, a running job as soon as its
            worker has stopped the pipeline. No result is recorded after that.

            By filter: --status pending or running, narrowed by --client-id, --use-case, --older-than or --newer-than.
            --dry-run counts by use case and client; a terminal is asked, and other callers give --yes.

            Exit codes: 0 all were cancelled, 1 some were not.

            Examples:
              ixctl cancel 8e717b38
              ixctl cancel --status pending --use-case extract --older-than 1d --dry-run
            """.flowing)

    @Argument(
        help: ArgumentHelp("The jobs' ids, or their beginnings.", valueName: "job-id"),
        completion: StoreCompletion.liveJobs, transform: JobArgument.init)
    var jobIDs: [JobArgument] = []

    @Option(
        help: "Instead of ids, every job of this status: pending, running or both with a comma.",
        completion: .list(["pending", "running"]))
    var status: StatusArgument?

    @OptionGroup var filters: FilterOptions

    @Flag(help: "Only count what would be cancelled, by use case and client; with --json a line per job.")
    var dryRun = false

    @Flag(help: "Confirms that all jobs found by the filter are cancelled.")
    var yes = false

    @Flag(help: "Print one JSON object per job.")
    var json = false

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    private var hasFilters: Bool { !filters.pairs.isEmpty }

    func validate() throws {
        guard jobIDs.isEmpty == (status != nil) else {
            throw ValidationError("Give either job ids, or --status pending or running and options that narrow it.")
        }
        guard jobIDs.isEmpty || !hasFilters else { throw ValidationError("Job ids and a filter don't go together.") }
        guard let status else { return }
        if let ended = status.statuses.first(where: \.isTerminal) {
            throw ValidationError("--status: \(ended.rawValue) jobs have ended and can't be cancelled.")
        }
        guard yes || dryRun || FoundJobs.canAsk else {
            throw ValidationError("Cancelling by filter needs --yes; --dry-run counts what it would cancel.")
        }
    }

    func run() async throws {
        if let server = try remote.remote {
            guard status == nil else {
                throw ValidationError("--server goes with job ids; /v1/bulk cancels by filter.")
            }
            for id in try await jobIDs.ids(on: server) { print(try await server.post("/v1/jobs/\(id)/cancel")) }
            return
        }
        try await options.changing { store in
            let report = CancelReport(json: json, isDryRun: dryRun, listsAll: status == nil)
            if let status {
                try await cancelFound(status.statuses, store, report)
            } else {
                try await cancelNamed(store, report)
            }
            report.finish()
            if report.hasFailures { throw ExitCode(Exit.no.rawValue) }
        }
    }

    private func cancelNamed(_ store: any JobStore, _ report: CancelReport) async throws {
        let ids = try await jobIDs.ids(store.reading)
        for start in stride(from: 0, to: ids.count, by: Self.batch) {
            try await cancel(Array(ids[start..<min(start + Self.batch, ids.count)]), store, report)
        }
    }

    /// Lists a page, then cancels its jobs. A job which a worker claimed in between is reported.
    private func cancelFound(_ statuses: [JobStatus], _ store: any JobStore, _ report: CancelReport) async throws {
        let filter = try filters.filter([("status", statuses.map(\.rawValue).joined(separator: ","))])
        var found: FoundJobs?
        if dryRun || !yes {
            var counted = FoundJobs()
            try await eachPage(filter, store) { page in
                counted.add(page)
                if dryRun { page.forEach { report.add($0.jobID, $0.status == .pending ? .cancelled : .cancelling) } }
            }
            if dryRun { return report.show(counted) }
            try counted.confirm("Cancel")
            found = counted
        }
        let bar = ChangeBar("cancelling", of: found?.total, listsJobs: json)
        defer { bar.clear() }
        try await eachPage(filter, store) { page in
            guard !page.isEmpty else { return }
            try await cancel(page.map(\.jobID), store, report, bar)
            bar.add(page.count)
        }
    }

    private func eachPage(
        _ filter: JobFilter, _ store: any JobStore, _ body: ([JobSummary]) async throws -> Void
    ) async throws {
        var position: ListPosition?
        repeat {
            let start = position
            let page = try await store.perform { try $0.list(filter, after: start, limit: Self.batch) }
            try await body(page)
            position = page.count < Self.batch ? nil : page.last?.position
        } while position != nil
    }

    private func cancel(
        _ ids: [UUID], _ store: any JobStore, _ report: CancelReport, _ bar: ChangeBar? = nil
    ) async throws {
        let results: [UUID: Cancellation.Result]
        if dryRun {
            results = try await store.perform { operations in
                try ids.reduce(into: [:]) { $0[$1] = try operations.get($1)?.cancelled ?? .notFound }
            }
        } else {
            let filter = status.map { filters.members($0.statuses) }
            let answers = try await AuditedStore(store).change { operations in
                let answers = try operations.cancel(ids)
                return (answers, Self.entries(answers, filter))
            }
            results = Dictionary(answers.map { ($0.jobID, $0.result) }, uniquingKeysWith: { $1 })
        }
        bar?.clear()
        for id in ids { report.add(id, results[id] ?? .notFound) }
    }

    /// Returns an entry for each job that was named, or one for all that a filter found.
    private static func entries(_ answers: [Cancellation], _ filter: [(String, String)]?) -> [AuditEntry] {
        let changed = answers.filter { $0.result == .cancelled || $0.result == .cancelling }
        guard let filter else {
            return changed.map { AuditEntry(command: "cancel", target: $0.jobID.uuidString.lowercased()) }
        }
        return changed.isEmpty ? [] : [AuditEntry(command: "cancel", target: nil, filter: filter, count: changed.count)]
    }

    /// Pages are large, because each page sorts all pending jobs.
    private static let batch = 5000
}

extension Job {
    /// The result of a cancel at this moment.
    fileprivate var cancelled: Cancellation.Result {
        switch status {
        case .pending: .cancelled
        case .running: .cancelling
        case .done, .error: .ended(status)
        }
    }
}
