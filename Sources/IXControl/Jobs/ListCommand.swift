import ArgumentParser
import FoundationEssentials
import Glibc
import IXCommand
import IXCore
import IXRepresentation
import IXStore

struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List jobs, newest first.",
        discussion: """
            Every line of --json holds its own `cursor`; --after with the last line's cursor prints the next page. The
            page after the last one is empty.

            Examples:
              ixctl list --status error --newer-than 1h
              ixctl list --status running --use-case extract
              ixctl list --json --all
            """.flowing)

    @Option(help: "pending, running, done or error; a comma means or.", completion: .statuses)
    var status: [StatusArgument] = []

    @Option(help: "Jobs that ended with this error code; a comma means or.", completion: .errorCodes)
    var errorCode: String?

    @Option(help: "Jobs whose callback was delivered or failed; a comma means or.", completion: .callbackStatuses)
    var callbackStatus: String?

    @Option(help: "Jobs whose newest claim is this daemon's.")
    var daemonID: String?

    @Option(help: "Jobs that repeat this job's request.", completion: StoreCompletion.endedJobs)
    var resubmitOf: String?

    @Option(help: ArgumentHelp("Inserted at this moment or later: 2026-03-04T05:06:07Z.", valueName: "time"))
    var createdAfter: String?

    @Option(help: ArgumentHelp("Inserted before this moment.", valueName: "time"))
    var createdBefore: String?

    @Option(
        help: ArgumentHelp("Jobs that run longer than this, the longest first: 90s, 15m, 2h.", valueName: "duration"),
        transform: DurationArgument.read)
    var runningLongerThan: Duration?

    @OptionGroup var filters: FilterOptions

    @Option(help: "Jobs per page, 1 to 10000.")
    var limit = 50

    @Option(help: ArgumentHelp("Continue after this job; a full page ends with its cursor.", valueName: "cursor"))
    var after: String?

    @Flag(help: "All pages, one after the other.")
    var all = false

    @Flag(help: "Print one JSON object per line, under the table's column names.")
    var json = false

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        _ = try filters.filter(others)  // ignored: only that the values can be read
        let isElsewhere = after != nil || all || remote.server != nil || statuses.contains(where: { $0 != .running })
        if runningLongerThan != nil, isElsewhere {
            throw ValidationError(
                "--running-longer-than goes with no other status, nor with --after, --all or --server.")
        }
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit is a number from 1 to 10000.") }
        if let after, ListPosition(cursor: after) == nil {
            throw ValidationError("--after: '\(after)' is not a cursor; 'ixctl list' prints one under a full page.")
        }
    }

    func run() async throws {
        if let server = try remote.remote { return try await show(from: server) }
        try await options.showing { store in
            let store = store.reading
            if let runningLongerThan { return try await show(runningLongerThan, store) }
            try await show(store)
        }
    }

    private var statuses: [JobStatus] { status.flatMap(\.statuses) }

    /// The filters beside those that other commands have, by the names of the grammar.
    private var others: [(name: String, value: String)] {
        let chosen = runningLongerThan == nil ? statuses : [.running]
        let statuses = chosen.map(\.rawValue).joined(separator: ",")
        return FilterOptions.given([
            ("status", statuses.isEmpty ? nil : statuses), ("error_code", errorCode),
            ("callback_status", callbackStatus), ("daemon_id", daemonID), ("resubmit_of", resubmitOf),
            ("created_after", createdAfter), ("created_before", createdBefore),
        ])
    }

    /// Prints a page, or with --all every page, an object per line.
    private func show(from server: RemoteServer) async throws {
        var cursor = after
        repeat {
            let chosen = (filters.pairs + others).map { ($0.name, String?.some($0.value)) }
            let text = try await server.get(
                "/v1/jobs", chosen + [("limit", "\(min(limit, 500))"), ("after", cursor)])
            let page = try JSONDocument(text.utf8, field: "answer", limit: 8 << 20)
            for job in page["jobs"]?.elements ?? [] { print(job.text) }
            cursor = page["next"]?.string
        } while all && cursor != nil
    }

    /// Prints the jobs that run for so long. The store has no order by the start, so every running job is read.
    private func show(_ least: Duration, _ store: RoleStore<any JobReading>) async throws {
        let filter = try filters.filter(others)
        var (jobs, position): ([JobSummary], ListPosition?) = ([], nil)
        repeat {
            let page = try await ListWalk(filter, from: position, store).page(Self.mostRead)
            jobs += page.jobs.filter { $0.runTime.map { $0 > least.inSeconds } ?? false }
            position = page.next
        } while position != nil
        jobs.sort { ($1.runTime ?? 0, $0.jobID.uuidString) < ($0.runTime ?? 0, $1.jobID.uuidString) }
        var columns: [Bool] = []
        try await show(Array(jobs.prefix(limit)), store, isFirst: true, &columns)
        if jobs.count > limit, !json { StandardError.say("\(jobs.count - limit) more; --limit shows them.") }
    }

    private static let mostRead = 5000

    private func show(_ store: RoleStore<any JobReading>) async throws {
        let filter = try filters.filter(others)
        var position = after.flatMap(ListPosition.init(cursor:))
        var isFirst = true
        var columns: [Bool] = []
        while true {
            let page = try await ListWalk(filter, from: position, store).page(limit)
            try await show(page.jobs, store, isFirst: isFirst, &columns)
            position = page.next
            guard let position else { return try await sayUnreadable(filter, store) }
            guard all else { return say(position) }
            isFirst = false
        }
    }

    /// Prints a page, and the heading again where the columns are other ones than those of the page before.
    private func show(
        _ page: [JobSummary], _ store: RoleStore<any JobReading>, isFirst: Bool, _ had: inout [Bool]
    ) async throws {
        if json { return page.forEach { print($0.json) } }
        if page.isEmpty && isFirst { return StandardError.say("No job matches.") }
        let width = Terminal.width
        let table = JobTable(page, hasShortIDs: width != nil, hosts: try await hosts(page, store))
        let columns = [table.hasLines, table.hasRuns, table.hasWaits]
        table.lines(fitting: width, heading: isFirst || columns != had).forEach { printPainted($0) }
        had = columns
    }

    /// The hosts of live daemons, where a job of the page runs.
    private func hosts(_ page: [JobSummary], _ store: RoleStore<any JobReading>) async throws -> [UUID: String] {
        guard page.contains(where: { $0.status == .running }) else { return [:] }
        let daemons = try await store.perform { try $0.surroundings().daemons }
        return Dictionary(daemons.map { ($0.daemon.daemonID, $0.daemon.host) }, uniquingKeysWith: { $1 })
    }

    /// Prints the rows that no list shows, after a complete list without a filter, which had to read the ended jobs
    /// anyway.
    private func sayUnreadable(_ filter: JobFilter, _ store: RoleStore<any JobReading>) async throws {
        guard filter == JobFilter() else { return }
        let rows = try await store.perform { try $0.unreadableJobs(limit: Self.mostUnreadable + 1) }
        guard !rows.isEmpty else { return }
        let count = rows.count > Self.mostUnreadable ? "More than \(Self.mostUnreadable)" : "\(rows.count)"
        StandardError.say("\(count) rows of other code can't be read and are left out; `ix-worker doctor` names them:")
        for row in rows.prefix(Self.mostUnreadable) {
            StandardError.say("  \(row.jobID.uuidString.lowercased()): \(PrintedText.safe(row.fault))")
        }
    }

    private static let mostUnreadable = 5

    /// Prints the position to standard error, because standard output holds only rows.
    private func say(_ position: ListPosition) {
        if !json { StandardError.say("More jobs follow: --after \(position.cursor)") }
    }
}

extension ListWalk {
    /// Creates a walk of a command, which takes the time that it needs, or `budget`.
    init(
        _ filter: JobFilter, from position: ListPosition?, _ store: RoleStore<any JobReading>, budget: Duration? = nil
    ) {
        self.init(filter, from: position, budget: budget) { filter, position, limit in
            try await store.perform { try $0.list(filter, after: position, limit: limit) }
        }
    }
}
