import ArgumentParser
import FoundationEssentials
import Glibc
import IXCommand
import IXCore
import IXRepresentation
import IXStore

struct GroupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "group", abstract: "Show the groups of a queue, pause one, and give one a limit of its own.",
        subcommands: [GroupListCommand.self, GroupSetCommand.self, GroupPauseCommand.self, GroupResumeCommand.self])
}

struct GroupListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List groups with limits of their own, and groups whose jobs wait or run.")

    @Argument(help: "The queue's name.", completion: StoreCompletion.queues)
    var queue: String

    @Option(help: "Groups behind this key.")
    var after: String = ""

    @Option(help: "At most so many groups.")
    var limit: Int = 50

    @Flag(help: "Print one JSON object per line.")
    var json = false

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        guard (1...500).contains(limit) else { throw ValidationError("--limit is 1 to 500.") }
    }

    func run() async throws {
        if let server = try remote.remote {
            let query = [("queue", queue), ("after", after.isEmpty ? nil : after), ("limit", "\(limit)")]
            return print(try await server.get("/v1/groups", query))
        }
        try await options.showing { store in
            let groups = try await store.perform { [queue, after, limit] in
                try $0.groups(of: queue, after: after, limit: limit)
            }
            if json { return groups.forEach { print($0.json) } }
            if groups.isEmpty { return StandardError.say("No group of queue \(queue) waits, runs or has a limit.") }
            var table = TextTable([
                .init(heading: "GROUP", least: 8), .init(heading: "STATE"),
                .init(heading: "WAITING", alignment: .right),
                .init(heading: "PLACES", alignment: .right), .init(heading: "LIMIT", alignment: .right),
            ])
            for group in groups {
                table.add([
                    group.key, group.pausedAt == nil ? "on" : "paused", "\(group.waiting)", "\(group.places)",
                    group.concurrency.map { "\($0)" } ?? "-",
                ])
            }
            let width = Terminal.width
            table.lines(fitting: width).forEach { print($0) }
        }
    }
}

struct GroupSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Give a group a limit of its own, or the queue's again.",
        discussion: "ixctl group set extract acme concurrency=4; none is the queue's limit.")

    @Argument(help: "The queue's name.", completion: StoreCompletion.queues)
    var queue: String

    @Argument(help: "The group's key.")
    var group: String

    @Argument(help: ArgumentHelp("concurrency=NUMBER or concurrency=none.", valueName: "name=value"))
    var setting: String

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func validate() throws { _ = try limit() }  // ignored: only that the setting can be read

    func run() async throws {
        let limit = try limit()
        if let server = try remote.remote {
            let members = [
                ("queue", JSONPairs.literal(queue)), ("group_key", JSONPairs.literal(group)),
                ("concurrency", limit.map { "\($0)" } ?? "null"),
            ]
            return print(try await server.post("/v1/groups", body: JSONPairs(members).text))
        }
        try await options.changing { store in
            try await AuditedStore(store).change { [queue, group] operations in
                try operations.setGroup(queue, group, concurrency: limit)
                return ((), [AuditEntry(command: "group_set", target: "\(queue)/\(group)")])
            }
            let text = limit.map { "may run \($0) at a time" } ?? "has the queue's limit"
            print(PrintedText.safe("group \(group) of queue \(queue) \(text)"))
        }
    }

    private func limit() throws -> Int? {
        guard setting.hasPrefix("concurrency=") else { throw ValidationError("The setting is concurrency=NUMBER.") }
        let value = setting.dropFirst("concurrency=".count)
        if value == "none" { return nil }
        guard let number = Int(value), (0...1_000_000).contains(number) else {
            throw ValidationError("concurrency: must be a whole number from 0 to 1000000, or none")
        }
        return number
    }
}

struct GroupPauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Stop a group: none of its jobs starts; those that run go on.")

    @Argument(help: "The queue's name.", completion: StoreCompletion.queues)
    var queue: String

    @Argument(help: "The group's key.")
    var group: String

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func run() async throws { try await PauseStep(queue: queue, group: group, pauses: true).run(remote, options) }
}

struct GroupResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "resume", abstract: "Let a group start jobs again.")

    @Argument(help: "The queue's name.", completion: StoreCompletion.queues)
    var queue: String

    @Argument(help: "The group's key.")
    var group: String

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func run() async throws { try await PauseStep(queue: queue, group: group, pauses: false).run(remote, options) }
}
