import ArgumentParser
import FoundationEssentials
import Glibc
import IXCommand
import IXCore
import IXRepresentation
import IXStore

struct QueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue", abstract: "Show queues, pause them, and limit how many of their jobs run.",
        subcommands: [
            QueueListCommand.self, QueueGetCommand.self, QueueSetCommand.self, QueuePauseCommand.self,
            QueueResumeCommand.self, QueueMoveCommand.self,
        ], defaultSubcommand: QueueListCommand.self)
}

struct QueueListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the queues with settings or a line.")

    @Flag(help: "Print one JSON object per line.")
    var json = false

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        if let server = try remote.remote { return print(try await server.get("/v1/queues")) }
        try await options.showing { store in
            let queues = try await store.perform { try $0.queues() }
            if json { return queues.forEach { print($0.json) } }
            if queues.isEmpty { return StandardError.say("No queue has settings, and no job stands in a line.") }
            var table = TextTable([
                .init(heading: "QUEUE", least: 8), .init(heading: "STATE"),
                .init(heading: "WAITING", alignment: .right),
                .init(heading: "PLACES", alignment: .right), .init(heading: "LIMIT", alignment: .right),
                .init(heading: "GROUP LIMIT", alignment: .right), .init(heading: "ORDER"),
            ])
            for queue in queues {
                let settings = queue.settings
                table.add([
                    settings.queue, settings.pausedAt == nil ? "on" : "paused", queue.waitingText, "\(queue.places)",
                    settings.concurrency.map { "\($0)" } ?? "-", settings.groupConcurrency.map { "\($0)" } ?? "-",
                    settings.isStrict ? "strict" : "-",
                ])
            }
            let width = Terminal.width
            table.lines(fitting: width).forEach { print($0) }
        }
    }
}

struct QueueGetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show a queue.", discussion: "Exit code 1: the queue has no settings.")

    @Argument(help: "The queue's name.", completion: StoreCompletion.queues)
    var queue: String

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        if let server = try remote.remote {
            return print(try await server.get("/v1/queues/\(RemoteServer.encoded(queue))"))
        }
        try await options.showing { store in
            guard let found = try await store.perform({ [queue] in try $0.queue(queue) }) else {
                throw Exit.no.saying("queue \(queue) has no settings")
            }
            print(found.json)
        }
    }
}

struct QueueSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Set limits of a queue; makes the queue if there is none.",
        discussion: """
            Settings: concurrency, group_concurrency, strict, rate, rate_seconds, group_rate, group_rate_seconds, burst,
            group_by, use_cases. A setting that isn't named stays; none is no limit. Jobs that run go on.
            ixctl queue set extract concurrency=10 group_concurrency=2 group_by=client_id

            Examples:
              ixctl queue set extract concurrency=10 group_concurrency=2
              ixctl queue set mail rate=60 rate_seconds=60 burst=5
            """.flowing)

    @Argument(
        help: "The queue's name; a use case of this name has its jobs in the queue.", completion: StoreCompletion.queues
    )
    var queue: String

    @Argument(help: ArgumentHelp("Settings as name=value.", valueName: "name=value"))
    var settings: [String] = []

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func validate() throws { _ = try change() }  // ignored: only that the settings can be read

    func run() async throws {
        let change = try change()
        if let server = try remote.remote {
            return print(try await server.post("/v1/queues/\(RemoteServer.encoded(queue))", body: change.json))
        }
        try await options.changing { store in
            let set = try await AuditedStore(store).change { [queue] operations in
                try operations.setQueue(queue, change)
                let members = change.members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
                return (try operations.queue(queue), [AuditEntry(command: "queue_set", target: queue, filter: members)])
            }
            if let set { print(set.json) }
        }
    }

    private func change() throws -> QueueChange {
        var change = QueueChange()
        for setting in settings {
            guard let equal = setting.firstIndex(of: "=") else {
                throw ValidationError("'\(setting)' is not name=value.")
            }
            let (name, value) = (String(setting[..<equal]), String(setting[setting.index(after: equal)...]))
            do throws(InvalidInput) { try change.set(name, text: value) } catch {
                throw ValidationError(error.description)
            }
        }
        return change
    }
}

/// What pausing and resuming a queue or a group have in common.
struct PauseStep {
    let queue: String
    let group: String?
    let pauses: Bool

    private var name: String { group.map { "group \($0) of queue \(queue)" } ?? "queue \(queue)" }
    private var verb: String { pauses ? "pause" : "resume" }

    func run(_ remote: ServerOptions, _ options: ConfigurationOptions) async throws {
        if let server = try remote.remote {
            let body = JSONPairs(group.map { [("group_key", JSONPairs.literal($0))] } ?? []).text
            return print(try await server.post("/v1/queues/\(RemoteServer.encoded(queue))/\(verb)", body: body))
        }
        try await options.changing { store in
            let isNew = try await AuditedStore(store).change { operations in
                let isNew =
                    pauses
                    ? try operations.pause(queue, group: group) : try operations.resume(queue, group: group)
                let action = group == nil ? "queue_\(verb)" : "group_\(verb)"
                let target = group.map { "\(queue)/\($0)" } ?? queue
                return (isNew, isNew ? [AuditEntry(command: action, target: target)] : [])
            }
            let state = pauses ? "paused" : "on"
            print(PrintedText.safe(isNew ? "\(name) is \(state)" : "\(name) was \(state) before"))
        }
    }
}

struct QueuePauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Stop a queue: none of its jobs starts; those that run go on.")

    @Argument(help: "The queue's name.", completion: StoreCompletion.queues)
    var queue: String

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func run() async throws { try await PauseStep(queue: queue, group: nil, pauses: true).run(remote, options) }
}

struct QueueResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "resume", abstract: "Let a queue start jobs again.")

    @Argument(help: "The queue's name.", completion: StoreCompletion.queues)
    var queue: String

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func run() async throws { try await PauseStep(queue: queue, group: nil, pauses: false).run(remote, options) }
}

extension QueueState {
    /// The number of waiting jobs, for people: counts stop at `most`.
    fileprivate var waitingText: String { waiting >= Self.most ? "\(Self.most)+" : "\(waiting)" }
}
