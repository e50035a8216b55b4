import ArgumentParser
import FoundationEssentials
import IXCommand
import IXCore
import IXRepresentation
import IXStore

struct EraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Delete ended jobs with everything kept about them.",
        discussion: """
            Documents, attempts, logs and callbacks go with the job. By client: every ended job of --client-id; jobs
            that wait or run, and jobs whose callback is due, stay and are named. On the file, so go the receipts of the
            client's pruned jobs.
            Exit codes: 0 all were deleted, 1 some were not.

            Examples:
              ixctl erase 8e717b38 --yes
              ixctl erase --client-id shop --yes
            """.flowing)

    @Argument(
        help: ArgumentHelp("The jobs' ids, or their beginnings.", valueName: "job-id"),
        completion: StoreCompletion.endedJobs, transform: JobArgument.init)
    var jobIDs: [JobArgument] = []

    @Option(help: "Instead of ids, every ended job of this client.")
    var clientID: String?

    @Flag(help: "Confirms that the jobs are deleted.")
    var yes = false

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        guard jobIDs.isEmpty == (clientID != nil) else { throw ValidationError("Give either job ids, or --client-id.") }
        guard yes else { throw ValidationError("A deleted job can't be brought back; --yes confirms it.") }
    }

    func run() async throws {
        if let server = try remote.remote { return try await erase(by: server) }
        try await options.changing { store in
            let failed =
                if let clientID { try await erase(of: clientID, store) } else {
                    try await erase(try await jobIDs.ids(store.reading), store)
                }
            if failed > 0 { throw ExitCode(Exit.no.rawValue) }
        }
    }

    private func erase(by server: RemoteServer) async throws {
        guard clientID == nil else { throw ValidationError("--server goes with job ids.") }
        for id in try await jobIDs.ids(on: server) {
            _ = try await server.delete("/v1/jobs/\(id)")  // ignored: the answer is empty
            print("\(id) erased")
        }
    }

    /// Erases each job in a transaction of its own. Returns the number of jobs that stay.
    private func erase(_ ids: [UUID], _ store: any JobStore) async throws -> Int {
        var failed = 0
        for id in ids {
            let text = id.uuidString.lowercased()
            let result = try await AuditedStore(store).change { operations in
                let result = try operations.erase(id)
                return (result, result == .erased ? [AuditEntry(command: "erase", target: text)] : [])
            }
            if result == .erased { print("\(text) erased") } else { failed += Self.tell(id, result) }
        }
        return failed
    }

    /// Erases the client's ended jobs page by page, each page in one transaction. Returns the number of jobs that stay.
    private func erase(of clientID: String, _ store: any JobStore) async throws -> Int {
        let filter = JobFilter(statuses: [.done, .error], clientID: clientID)
        let selection = [("client_id", JSONPairs.literal(clientID))]
        var (erased, failed, position) = (0, 0, ListPosition?.none)
        repeat {
            let page = try await ListWalk(filter, from: position, store.reading).page(Self.page)
            let results = try await AuditedStore(store).change { operations in
                let results = try page.jobs.map { ($0.jobID, try operations.erase($0.jobID)) }
                let count = results.count { $0.1 == .erased }
                let entry = AuditEntry(command: "erase", target: nil, filter: selection, count: count)
                return (results, count > 0 ? [entry] : [])
            }
            for (id, result) in results {
                if result == .erased { erased += 1 } else { failed += Self.tell(id, result) }
            }
            position = page.next
        } while position != nil
        try await eraseReceipts(of: clientID, store)
        StandardError.say("\(erased == 1 ? "1 job" : "\(erased) jobs") erased\(failed == 0 ? "" : ", \(failed) not")")
        return failed
    }

    /// Erases what is kept of the client's requests whose jobs are gone, a page in a transaction.
    private func eraseReceipts(of clientID: String, _ store: any JobStore) async throws {
        var count = 0
        repeat {
            count = try await AuditedStore(store).change { operations in
                let count = try operations.eraseReceipts(of: clientID, limit: Self.page)
                let selection = [("client_id", JSONPairs.literal(clientID)), ("receipts", "\(count)")]
                let entry = AuditEntry(command: "erase", target: nil, filter: selection, count: 0)
                return (count, count > 0 ? [entry] : [])
            }
        } while count == Self.page
    }

    /// Says why a job stays; returns 1.
    private static func tell(_ id: UUID, _ result: Erasure) -> Int {
        StandardError.say("\(id.uuidString.lowercased()) not erased: \(reason(result))")
        return 1
    }

    private static func reason(_ result: Erasure) -> String {
        switch result {
        case .erased: "erased"
        case .notEnded(let status): "the job has not ended (\(status.rawValue))"
        case .callbackDue: "its callback is due"
        case .notFound: "there is no such job"
        }
    }

    private static let page = 200
}
