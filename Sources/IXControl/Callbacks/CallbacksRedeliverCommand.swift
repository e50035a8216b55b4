import ArgumentParser
import FoundationEssentials
import IXCommand
import IXCore
import IXStore

struct CallbacksRedeliverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redeliver",
        abstract: "Make callbacks of ended jobs due once more.",
        discussion: """
            The schedule of tries begins again; webhook-id and body stay the same. A delivered callback may be sent
            again, too.
            Exit codes: 0 all are due, 1 some are not.

            Examples:
              ixctl callbacks redeliver --failed --yes
            """.flowing)

    @Argument(
        help: ArgumentHelp("The jobs' ids, or their beginnings.", valueName: "job-id"),
        completion: StoreCompletion.jobs, transform: JobArgument.init)
    var jobIDs: [JobArgument] = []

    @Flag(help: "Every failed callback, instead of ids.")
    var failed = false

    @Option(help: "With --failed: only callbacks of this client.")
    var clientID: String?

    @Option(help: "With --failed: only receivers whose scheme, host and port begin with this text.")
    var endpoint: String?

    @Flag(help: "Confirms that all callbacks found by --failed are sent again.")
    var yes = false

    @Flag(help: "Print one JSON object per callback.")
    var json = false

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        guard jobIDs.isEmpty == failed else { throw ValidationError("Give either job ids, or --failed.") }
        guard failed || clientID == nil && endpoint == nil else {
            throw ValidationError("--client-id and --endpoint go with --failed.")
        }
        guard !failed || yes else {
            throw ValidationError("--failed needs --yes; 'ixctl callbacks list --state failed' shows what it finds.")
        }
    }

    func run() async throws {
        if let server = try remote.remote {
            guard !failed else { throw ValidationError("--server goes with job ids; /v1/bulk redelivers by filter.") }
            for id in try await jobIDs.ids(on: server) {
                print(try await server.post("/v1/jobs/\(id)/callback/redeliver"))
            }
            return
        }
        try await options.changing { store in
            let isComplete = failed ? try await allFailed(store) : try await named(store)
            if !isComplete { throw ExitCode(Exit.no.rawValue) }
        }
    }

    private func named(_ store: any JobStore) async throws -> Bool {
        let ids = try await jobIDs.ids(store.reading)
        var isComplete = true
        for start in stride(from: 0, to: ids.count, by: Self.batch) {
            let batch = Array(ids[start..<min(start + Self.batch, ids.count)])
            isComplete = try await redeliver(batch, store) && isComplete
        }
        return isComplete
    }

    /// Redelivers every failed callback once. A requested callback counts as failed until a daemon takes the request,
    /// and may fail again while the loop looks for more; `asked` therefore remembers the ids.
    private func allFailed(_ store: any JobStore) async throws -> Bool {
        let filter = CallbackFilter(states: [.failed], clientID: clientID, endpoint: endpoint)
        var (asked, limit, isComplete) = (Set<UUID>(), Self.batch, true)
        while true {
            let most = limit
            let found = try await store.perform { try $0.callbacks(filter, limit: most) }.map(\.jobID)
            let ids = Array(found.filter { !asked.contains($0) }.prefix(Self.batch))
            if ids.isEmpty {
                guard found.count == limit else { return isComplete }
                limit *= 2
                continue
            }
            asked.formUnion(ids)
            isComplete = try await redeliver(ids, store) && isComplete
        }
    }

    private func redeliver(_ ids: [UUID], _ store: any JobStore) async throws -> Bool {
        let filter = failed ? self.filter : nil
        let answers = try await AuditedStore(store).change { operations in
            let answers = try operations.redeliver(ids)
            return (answers, Self.entries(answers, filter))
        }
        for answer in answers { say(answer) }
        return answers.allSatisfy { $0.result == .due }
    }

    private var filter: [(String, String)] {
        let texts = [("callback_status", "failed"), ("client_id", clientID), ("endpoint", endpoint)]
        return texts.compactMap { name, text in text.map { (name, JSONPairs.literal($0)) } }
    }

    /// Returns an entry for each job that was named, or one for all that a filter found.
    private static func entries(_ answers: [Redelivery], _ filter: [(String, String)]?) -> [AuditEntry] {
        let due = answers.filter { $0.result == .due }
        guard let filter else {
            return due.map { AuditEntry(command: "redeliver", target: $0.jobID.uuidString.lowercased()) }
        }
        return due.isEmpty ? [] : [AuditEntry(command: "redeliver", target: nil, filter: filter, count: due.count)]
    }

    private func say(_ answer: Redelivery) {
        let id = answer.jobID.uuidString.lowercased()
        if json {
            return print(
                JSONPairs([
                    ("job_id", JSONPairs.literal(id)), ("result", JSONPairs.literal(answer.result.rawValue)),
                ]).text)
        }
        switch answer.result {
        case .due: print("\(id) is due")
        case .underWay: StandardError.say("\(id): a daemon is sending the callback now")
        case .noURL: StandardError.say("\(id): the job has no callback URL")
        case .notEnded: StandardError.say("\(id): the job has not ended")
        case .notFound: StandardError.say("\(id): there is no such job")
        }
    }

    private static let batch = 500
}
