import ArgumentParser
import FoundationEssentials
import IXCommand
import IXCore
import IXRepresentation
import IXSchedules
import IXStore

struct ScheduleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule", abstract: "Insert jobs at the moments of a rule: show, set, pause and fire schedules.",
        subcommands: [
            ScheduleListCommand.self, ScheduleGetCommand.self, ScheduleSetCommand.self, ScheduleNextCommand.self,
            SchedulePauseCommand.self, ScheduleResumeCommand.self, ScheduleFireCommand.self, ScheduleRemoveCommand.self,
        ], defaultSubcommand: ScheduleListCommand.self)
}

struct ScheduleListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the schedules.")

    @Option(help: "Schedules behind this name.")
    var after: String = ""

    @Option(help: "At most so many schedules.")
    var limit: Int = 50

    @Flag(help: "Print one JSON object per line.")
    var json = false

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        guard (1...ScheduleState.most).contains(limit) else {
            throw ValidationError("--limit is 1 to \(ScheduleState.most).")
        }
    }

    func run() async throws {
        if let server = try remote.remote {
            let query = [("after", after.isEmpty ? nil : after), ("limit", "\(limit)")]
            return print(try await server.get("/v1/schedules", query))
        }
        try await options.showing { store in
            let found = try await store.perform { [after, limit] in try $0.schedules(after: after, limit: limit + 1) }
            let page = found.prefix(limit)
            if json { return page.forEach { print($0.json()) } }
            if page.isEmpty { return StandardError.say("There is no schedule.") }
            show(page)
            if found.count > limit, let last = page.last {
                StandardError.say(PrintedText.safe("There are more: --after '\(last.definition.name)'"))
            }
        }
    }

    private func show(_ schedules: some Sequence<ScheduleState>) {
        var table = TextTable([
            .init(heading: "SCHEDULE", least: 8), .init(heading: "STATE"), .init(heading: "RULE", least: 9),
            .init(heading: "NEXT"), .init(heading: "LAST"), .init(heading: "LAST JOB"),
        ])
        for one in schedules {
            table.add([
                one.definition.name, one.stateText, one.definition.ruleText, one.nextText,
                one.lastAt.map { ScheduleState.short($0) } ?? "-", one.lastStatus?.rawValue ?? "-",
            ])
        }
        table.lines(fitting: Terminal.width).forEach { print($0) }
    }
}

struct ScheduleGetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show a schedule as JSON.", discussion: "Exit code 1: there is no such schedule.")

    @Argument(help: "The schedule's name.")
    var name: String

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        if let server = try remote.remote {
            return print(try await server.get("/v1/schedules/\(RemoteServer.encoded(name))"))
        }
        try await options.showing { store in print(try await store.schedule(named: name).json()) }
    }
}

extension JobStore {
    /// Returns a schedule. Ends the program with 1 when there is none.
    func schedule(named name: String) async throws -> ScheduleState {
        guard let found = try await perform({ try $0.schedule(name) }) else {
            throw Exit.no.saying(PrintedText.safe("there is no schedule \(name)"))
        }
        return found
    }
}

extension ScheduleState {
    /// The state in a word; a pause by a daemon is `halted`.
    var stateText: String {
        guard pausedAt != nil else { return isOver ? "over" : "on" }
        return pausedReason == nil ? "paused" : "halted"
    }

    /// The planned moment to the second.
    fileprivate var nextText: String { nextAt.map { Self.short($0) } ?? "-" }

    /// A moment to the second.
    fileprivate static func short(_ moment: Timestamp) -> String { moment.text.prefix(19) + "Z" }
}
