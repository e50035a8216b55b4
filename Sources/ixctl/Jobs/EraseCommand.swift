import ArgumentParser
import FoundationEssentials
import IXCommand
import IXCore
import IXStore

struct EraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Delete ended jobs with everything kept about them.",
        discussion: "Exit codes: 0 all were deleted, 1 some were not.")

    @Argument(help: "The jobs' ids.")
    var jobIDs: [String]

    @Flag(help: "Confirms that the jobs are deleted.")
    var yes = false

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        if let bad = jobIDs.first(where: { UUID(uuidString: $0) == nil }) {
            throw ValidationError("'\(bad)' is not a UUID.")
        }
        guard yes else { throw ValidationError("A deleted job can't be brought back; --yes confirms it.") }
    }

    func run() async throws {
        let configuration = try options.load(environment: ProcessInfo.processInfo.environment)
        let store = try configuration.openStore("ixctl", connections: 1)
        let ids = jobIDs.compactMap(UUID.init(uuidString:))
        try await reportingStoreErrors {
            var isComplete = true
            for id in ids {
                let text = id.uuidString.lowercased()
                let result = try await AuditedStore(store).change { operations in
                    let result = try operations.erase(id)
                    return (result, result == .erased ? [AuditEntry(command: "erase", target: text)] : [])
                }
                if result == .erased {
                    print("\(text) erased")
                } else {
                    StandardError.say("\(text) not erased: \(Self.reason(result))")
                }
                isComplete = isComplete && result == .erased
            }
            if !isComplete { throw ExitCode(Exit.no.rawValue) }
        }
    }

    private static func reason(_ result: Erasure) -> String {
        switch result {
        case .erased: "erased"
        case .notEnded(let status): "the job has not ended (\(status.rawValue))"
        case .callbackDue: "its callback is due"
        case .notFound: "there is no such job"
        }
    }
}
