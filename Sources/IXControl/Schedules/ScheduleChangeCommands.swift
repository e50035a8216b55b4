import ArgumentParser
import FoundationEssentials
import IXCommand
import IXCore
import IXRepresentation
import IXStore

/// What the changes to a schedule have in common: a change in one transaction with its audit, or a request to a server.
struct ScheduleChange {
    let name: String
    /// The action of the audit behind `schedule_`, and the path of the HTTP API.
    let action: String

    /// Runs a change, which returns the sentence for people; nil leaves no entry in the audit.
    func run(
        _ remote: ServerOptions, _ options: ConfigurationOptions, otherwise: String,
        _ body: @escaping @Sendable (any JobOperations, String) throws -> String?
    ) async throws {
        let path = "/v1/schedules/\(RemoteServer.encoded(name))"
        if let server = try remote.remote {
            guard action == "remove" else { return print(try await server.post("\(path)/\(action)")) }
            _ = try await server.delete(path)  // ignored: the answer is empty
            return
        }
        try await options.changing { store in
            _ = try await store.schedule(named: name)  // ignored: only that the schedule exists
            let (name, entry) = (name, "schedule_\(action)")
            let said = try await AuditedStore(store).change { operations in
                let said = try body(operations, name)
                return (said, said == nil ? [] : [AuditEntry(command: entry, target: name)])
            }
            print(PrintedText.safe(said ?? otherwise))
        }
    }
}

struct SchedulePauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Stop a schedule: it inserts no job until it is resumed.")

    @Argument(help: "The schedule's name.")
    var name: String

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        try await ScheduleChange(name: name, action: "pause").run(
            remote, options, otherwise: "schedule \(name) was paused before"
        ) { try $0.pauseSchedule($1) ? "schedule \($1) is paused" : nil }
    }
}

struct ScheduleResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Let a schedule go on with its next moment.")

    @Argument(help: "The schedule's name.")
    var name: String

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        try await ScheduleChange(name: name, action: "resume").run(
            remote, options, otherwise: "schedule \(name) was on before"
        ) { try $0.resumeSchedule($1) ? "schedule \($1) is on" : nil }
    }
}

struct ScheduleFireCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fire", abstract: "Insert a schedule's job at once, and print its id.",
        discussion: "Moments, a pause and a job that runs make no difference.")

    @Argument(help: "The schedule's name.")
    var name: String

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        try await ScheduleChange(name: name, action: "fire").run(remote, options, otherwise: "") {
            try $0.fireSchedule($1).uuidString.lowercased()
        }
    }
}

struct ScheduleRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a schedule; its jobs stay.")

    @Argument(help: "The schedule's name.")
    var name: String

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        try await ScheduleChange(name: name, action: "remove").run(
            remote, options, otherwise: "there is no schedule \(name)"
        ) { try $0.removeSchedule($1) ? "schedule \($1) is removed" : nil }
    }
}
