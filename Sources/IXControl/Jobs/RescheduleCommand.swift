import ArgumentParser
import FoundationEssentials
import IXCommand
import IXCore
import IXStore

struct RescheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reschedule", abstract: "Give waiting jobs another time or priority.",
        discussion: """
            A job that gets a priority stands in the line of its use case from then on.
            Exit codes: 0 all were rescheduled, 1 some were not.

            Examples:
              ixctl reschedule 8e717b38 --in 15m
              ixctl reschedule 8e717b38 --priority -10
            """.flowing)

    @Argument(
        help: ArgumentHelp("The jobs' ids, or their beginnings.", valueName: "job-id"),
        completion: StoreCompletion.liveJobs, transform: JobArgument.init)
    var jobIDs: [JobArgument]

    @Option(help: "Earliest time of the start, such as 2026-03-04T05:06:07Z (UTC without a zone), or now.")
    var at: String?

    @Option(name: .customLong("in"), help: "Instead of a time: after 90s, 15m, 2h.")
    var delay: String?

    // Unconditional, so that a number below 0 is a value and no option.
    @Option(parsing: .unconditional, help: "Smaller starts sooner: -1000 to 1000.")
    var priority: Int?

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        guard at == nil || delay == nil else { throw ValidationError("--at and --in don't go together.") }
        guard at != nil || delay != nil || priority != nil else {
            throw ValidationError("Give a time by --at or --in, a --priority, or both.")
        }
        if let priority, !(-Limits.priority...Limits.priority).contains(priority) {
            throw ValidationError("--priority is -\(Limits.priority) to \(Limits.priority).")
        }
    }

    func run() async throws {
        let runAt = try time()
        if let server = try remote.remote { return try await reschedule(to: runAt, by: server) }
        try await options.changing { store in
            var failed = 0
            for id in try await jobIDs.ids(store.reading) {
                let text = id.uuidString.lowercased()
                let result = try await AuditedStore(store).change { [priority] operations in
                    let result = try operations.reschedule(id, runAt: runAt, priority: priority)
                    return (result, result == .rescheduled ? [AuditEntry(command: "reschedule", target: text)] : [])
                }
                switch result {
                case .rescheduled: print("\(text) rescheduled")
                case .notPending(let status):
                    failed += 1
                    StandardError.say("\(text) not rescheduled: the job does not wait (\(status.rawValue))")
                case .notFound:
                    failed += 1
                    StandardError.say("\(text) not rescheduled: there is no such job")
                }
            }
            if failed > 0 { throw ExitCode(Exit.no.rawValue) }
        }
    }

    private func reschedule(to runAt: String?, by server: RemoteServer) async throws {
        let members = [("run_at", runAt.map { JSONPairs.literal($0) }), ("priority", priority.map { "\($0)" })]
        let body = JSONPairs(members.compactMap { name, value in value.map { (name, $0) } }).text
        for id in try await jobIDs.ids(on: server) {
            print(try await server.post("/v1/jobs/\(id)/reschedule", body: body))
        }
    }

    private func time() throws -> String? {
        do throws(InvalidInput) {
            if let delay { return try TimeArgument.read("+" + delay, field: "in") }
            if at == "now" { return try TimeArgument.read("+0s", field: "at") }
            return try at.map { text throws(InvalidInput) in try TimeArgument.read(text, field: "at") }
        } catch { throw Exit.usage.saying(error.description) }
    }
}
