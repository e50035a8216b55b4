import ArgumentParser
import FoundationEssentials
import IXCommand
import IXCore
import IXStore

struct ResubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resubmit",
        abstract: "Insert ended jobs again.",
        discussion: """
            Makes a job with the request, callback URL and priority of an ended job, linked by resubmit_of. The ended
            job is not changed. The new request_id is the old one with `~` and the first 8 characters of the old job's
            id, so that the same command given twice makes one job.
            Exit codes: 0 all were resubmitted, 1 some were not.
            """)

    @Argument(help: "The ended jobs' ids.")
    var jobIDs: [String]

    @Option(help: "The new job's request_id; for one job.")
    var requestID: String?

    @Flag(help: "Print one JSON object per job.")
    var json = false

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        if let bad = jobIDs.first(where: { UUID(uuidString: $0) == nil }) {
            throw ValidationError("'\(bad)' is not a UUID.")
        }
        guard requestID == nil || jobIDs.count == 1 else { throw ValidationError("--request-id goes with one job id.") }
    }

    func run() async throws {
        let configuration = try options.load(environment: ProcessInfo.processInfo.environment)
        let store = try configuration.openStore("ixctl", connections: 1)
        try await reportingStoreErrors {
            var report = ResubmitReport(json: json)
            for id in jobIDs.compactMap(UUID.init(uuidString:)) {
                report.add(id, try await resubmit(id, store))
            }
            if report.hasFailures { throw ExitCode(Exit.no.rawValue) }
        }
    }

    private func resubmit(_ id: UUID, _ store: any JobStore) async throws -> ResubmitReport.Answer {
        let requestID = requestID
        do {
            let answer = try await AuditedStore(store).change { operations -> (Resubmission, [AuditEntry]) in
                let answer = try operations.resubmit(id, requestID: requestID)
                guard case .resubmitted = answer else { return (answer, []) }
                return (answer, [AuditEntry(command: "resubmit", target: id.uuidString.lowercased())])
            }
            return .answer(answer)
        } catch let error as StoreError {
            guard case .invalidInput(let input) = error.code else { throw error }
            return .refused(input)
        }
    }
}
