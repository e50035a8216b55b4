import ArgumentParser
import FoundationEssentials
import IXCommand
import IXCore
import IXStore

struct GetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show a job.", discussion: "Exit code 1: there is no such job.")

    @Argument(help: "The job's id.")
    var jobID: String?

    @Option(help: "With --request-id, instead of the job's id.")
    var clientID: String?

    @Option(help: "With --client-id, instead of the job's id.")
    var requestID: String?

    @Flag(help: "Print the row as JSON, under the table's column names.")
    var json = false

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        let hasKeys = clientID != nil && requestID != nil
        guard (jobID != nil) != hasKeys, (clientID == nil) == (requestID == nil) else {
            throw ValidationError("Give either a job id, or both --client-id and --request-id.")
        }
        if let jobID, UUID(uuidString: jobID) == nil { throw ValidationError("'\(jobID)' is not a UUID.") }
    }

    func run() async throws {
        let configuration = try options.load(environment: ProcessInfo.processInfo.environment)
        let store = try configuration.openStore("ixctl", connections: 1)
        try await reportingStoreErrors {
            let (found, attempts) = try await find(store)
            guard let found else { throw Exit.no.saying("there is no such job") }
            let ended = JobRecord(found, attempts: attempts).endedAttempts
            print(json ? JobRecord(found, attempts: ended).json : JobText(found, attempts: ended).text)
        }
    }

    private func find(_ store: any JobStore) async throws -> (Job?, [AttemptRecord]) {
        let (jobID, clientID, requestID) = (jobID, clientID ?? "", requestID ?? "")
        return try await store.perform { operations in
            let job =
                if let id = jobID.flatMap(UUID.init(uuidString:)) {
                    try operations.get(id)
                } else {
                    try operations.getByCorrelation(clientID: clientID, requestID: requestID)
                }
            return (job, try job.map { try operations.attempts(of: $0.jobID) } ?? [])
        }
    }
}
