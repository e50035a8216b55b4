import ArgumentParser
import FoundationEssentials
import IXCommand
import IXCore
import IXStore

struct QueueMoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "move",
        abstract: "Move waiting jobs to another queue.",
        discussion: """
            The jobs get into the queue's line in the order of their inserts. --to with a job's own use case takes the job back.
            By filter: --queue, --group, --client-id, --use-case, --older-than or --newer-than, and --yes; --dry-run shows what
            it finds.
            Exit codes: 0 all were moved or stood there, 1 some were not.

            Examples:
              ixctl queue move --queue extract --group acme --to slow --dry-run
            """.flowing)

    @Argument(
        help: ArgumentHelp("The jobs' ids, or their beginnings.", valueName: "job-id"),
        completion: StoreCompletion.liveJobs, transform: JobArgument.init)
    var jobIDs: [JobArgument] = []

    @Option(help: "The queue to which the jobs move.", completion: StoreCompletion.queues)
    var to: String

    @OptionGroup var filters: FilterOptions

    @Flag(help: "Only show what would be moved.")
    var dryRun = false

    @Flag(help: "Confirms that all jobs found by the filter are moved.")
    var yes = false

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        guard jobIDs.isEmpty != filters.pairs.isEmpty else {
            throw ValidationError("Give either job ids, or options that select waiting jobs, such as --queue.")
        }
        guard !jobIDs.isEmpty || yes || dryRun else {
            throw ValidationError("Moving by filter needs --yes; --dry-run shows what it would move.")
        }
        do throws(InvalidInput) { try Keys.validated(to, field: "to") } catch {
            throw ValidationError("--to: \(error.reason)")
        }
    }

    func run() async throws {
        if let server = try remote.remote { return try await move(by: server) }
        try await options.changing { store in
            let ids = jobIDs.isEmpty ? try await found(store.reading) : try await jobIDs.ids(store.reading)
            if dryRun {
                for id in ids { print("\(id.uuidString.lowercased()) would be moved") }
                return
            }
            var report = MoveReport(queue: to, listsAll: !jobIDs.isEmpty)
            for start in stride(from: 0, to: ids.count, by: Self.batch) {
                for move in try await move(Array(ids[start..<min(start + Self.batch, ids.count)]), store) {
                    report.add(move)
                }
            }
            report.finish()
            if report.failed > 0 { throw ExitCode(Exit.no.rawValue) }
        }
    }

    private func move(by server: RemoteServer) async throws {
        guard !jobIDs.isEmpty, !dryRun else { throw ValidationError("--server goes with job ids, and moves them.") }
        let body = JSONPairs([("queue", JSONPairs.literal(to))]).text
        for id in try await jobIDs.ids(on: server) { print(try await server.post("/v1/jobs/\(id)/move", body: body)) }
    }

    /// The jobs that the filter finds, oldest first. All are found before the first is moved, because a moved job may pass
    /// the filter again.
    private func found(_ store: RoleStore<any JobReading>) async throws -> [UUID] {
        let filter = try filters.filter([("status", JobStatus.pending.rawValue)])
        var (ids, position): ([UUID], ListPosition?) = ([], nil)
        repeat {
            let page = try await ListWalk(filter, from: position, store).page(Self.page)
            ids += page.jobs.map(\.jobID)
            position = page.next
        } while position != nil
        return ids.reversed()
    }

    /// Moves jobs with an entry of the audit, in one transaction.
    private func move(_ ids: [UUID], _ store: any JobStore) async throws -> [QueueMove] {
        let (queue, filter) = (to, filters.pairs.map { ($0.name, JSONPairs.literal($0.value)) })
        return try await AuditedStore(store).change { operations in
            let moves = try operations.move(ids, to: queue)
            let count = moves.count { $0.result == .moved }
            let members = filter + [("to", JSONPairs.literal(queue))]
            let entry = AuditEntry(command: "queue_move", target: queue, filter: members, count: count)
            return (moves, count > 0 ? [entry] : [])
        }
    }

    private static let (batch, page) = (500, 5000)
}

/// Prints the result of each move: moved jobs on standard output, others on standard error.
private struct MoveReport {
    let queue: String
    let listsAll: Bool
    private var moved = 0
    private(set) var failed = 0

    init(queue: String, listsAll: Bool) { (self.queue, self.listsAll) = (queue, listsAll) }

    mutating func add(_ move: QueueMove) {
        let id = move.jobID.uuidString.lowercased()
        switch move.result {
        case .moved:
            moved += 1
            if listsAll { print(PrintedText.safe("\(id) moved to queue \(queue)")) }
        case .unchanged: if listsAll { print(PrintedText.safe("\(id) stands in queue \(queue)")) }
        case .notPending(let status): refuse(id, "the job does not wait (\(status.rawValue))")
        case .notFound: refuse(id, "there is no such job")
        case .refused(let reason): refuse(id, reason.description)
        }
    }

    private mutating func refuse(_ id: String, _ reason: String) {
        failed += 1
        StandardError.say(PrintedText.safe("\(id) not moved: \(reason)"))
    }

    func finish() {
        guard !listsAll else { return }
        StandardError.say("\(moved == 1 ? "1 job" : "\(moved) jobs") moved\(failed == 0 ? "" : ", \(failed) not")")
    }
}
