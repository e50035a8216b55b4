import ArgumentParser
import FoundationEssentials
import Glibc
import IXCommand
import IXCore
import IXRepresentation
import IXStore

struct WorkersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workers", abstract: "Show the daemons with their workers, and change the number of workers.",
        subcommands: [WorkersListCommand.self, WorkersScaleCommand.self], defaultSubcommand: WorkersListCommand.self)
}

struct WorkersListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the daemons with their workers and running jobs.")

    @Flag(help: "Print one JSON object per line.")
    var json = false

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        if let server = try remote.remote { return print(try await server.get("/v1/daemons")) }
        try await options.showing { store in
            let daemons = try await store.perform { try $0.surroundings() }.daemons
            if json { return daemons.forEach { print($0.json) } }
            if daemons.isEmpty { return StandardError.say("No daemon holds a lease.") }
            let width = Terminal.width
            Self.table(daemons, ClockText()).lines(fitting: width).forEach { print($0) }
        }
    }

    private static func table(_ daemons: [DaemonLease], _ clock: ClockText) -> TextTable {
        var table = TextTable([
            .init(heading: "DAEMON"), .init(heading: "INSTANCE", least: 8), .init(heading: "HOST", least: 6),
            .init(heading: "WORKERS", alignment: .right), .init(heading: "WANTED", alignment: .right),
            .init(heading: "JOBS", alignment: .right), .init(heading: "SINCE", least: 10),
        ])
        for lease in daemons {
            table.add([
                String(lease.daemon.daemonID.uuidString.lowercased().prefix(8)), lease.daemon.instance,
                lease.daemon.host, lease.daemon.workers.map { "\($0)" } ?? "-",
                lease.wantedWorkers.map { "\($0)" } ?? "-", "\(lease.jobs)", clock.plain(lease.startedAt),
            ])
        }
        return table
    }
}

struct WorkersScaleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale", abstract: "Change the number of workers of running daemons.",
        discussion: """
            Each daemon takes the number up with its next heartbeat ([worker] heartbeat_seconds) and keeps it until it ends, a
            reload of its configuration included. none: the configuration's number again. Workers too many end after their
            jobs. Exit code 1: no live daemon is meant.

            Examples:
              ixctl workers scale 20
              ixctl workers scale 8 --instance night
              ixctl workers scale none
            """.flowing)

    @Argument(help: ArgumentHelp("The number of workers, or none.", valueName: "number"))
    var workers: String

    @Option(help: "Only daemons of this instance ([worker] instance).")
    var instance: String?

    @Option(
        help: ArgumentHelp("Only the daemon with this id, or whose id begins so.", valueName: "daemon-id"),
        transform: { text in
            guard let beginning = IDBeginning(text) else { throw ValidationError("'\(text)' begins no daemon's id.") }
            return beginning
        })
    var daemon: IDBeginning?

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        _ = try count()  // ignored: only that the number can be read
        if let instance {
            do throws(InvalidInput) { try Keys.validated(instance, field: "instance") } catch {
                throw ValidationError(error.description)
            }
        }
    }

    func run() async throws {
        let count = try count()
        if let server = try remote.remote { return print(try await scale(on: server, to: count)) }
        try await options.changing { store in
            let found = try await AuditedStore(store).change { [daemon, instance] operations in
                var choice = DaemonChoice(instance: instance)
                if let daemon {
                    choice.daemonID = try Self.one(daemon, of: operations.surroundings().daemons.map(\.daemon.daemonID))
                }
                let found = try operations.scaleWorkers(choice, to: count)
                let target = choice.daemonID?.uuidString.lowercased() ?? instance
                let filter = [("workers", count.map { "\($0)" } ?? "null")]
                let entry = AuditEntry(command: "workers_scale", target: target, filter: filter, count: found.count)
                return (found, found.isEmpty ? [] : [entry])
            }
            guard !found.isEmpty else { throw Exit.no.saying("no live daemon is meant") }
            let daemons = found.count == 1 ? "1 daemon" : "\(found.count) daemons"
            let wish = count.map { "\($0) workers" } ?? "the workers of the configuration"
            print("\(daemons) asked for \(wish), from the next heartbeat on")
        }
    }

    /// Posts the wish; returns the server's answer.
    private func scale(on server: RemoteServer, to count: Int?) async throws -> String {
        var members = [
            ("workers", count.map { "\($0)" } ?? "null"), ("instance", JSONPairs.literal(instance)),
        ]
        if let daemon {
            let answer = try JSONDocument(try await server.get("/v1/daemons").utf8, field: "answer", limit: 8 << 20)
            let ids = (answer["daemons"]?.elements ?? []).compactMap {
                $0.object?["daemon_id"]?.string.flatMap { UUID(uuidString: $0) }
            }
            members.append(("daemon_id", JSONPairs.literal(try Self.one(daemon, of: ids).uuidString.lowercased())))
        }
        return try await server.post("/v1/daemons/scale", body: JSONPairs(members).text)
    }

    /// Returns the only id that begins so. Ends the program with 1 when none does, and with 64 when several do.
    private static func one(_ beginning: IDBeginning, of ids: [UUID]) throws -> UUID {
        let found = ids.filter {
            beginning.first.uuidString <= $0.uuidString && $0.uuidString <= beginning.last.uuidString
        }
        guard let id = found.first else { throw Exit.no.saying("no live daemon's id begins with \(beginning.text)") }
        guard found.count == 1 else { throw Exit.usage.saying("\(beginning.text) begins several daemons' ids") }
        return id
    }

    /// Returns the wanted number; nil for the configuration's.
    private func count() throws -> Int? {
        if workers == "none" { return nil }
        do throws(InvalidInput) {
            guard let number = Int(workers) else { throw WantedWorkers.refusal("\"\(workers)\"") }
            return try WantedWorkers.validated(number)
        } catch { throw ValidationError("\(error.description); none: the configuration's number") }
    }
}

extension DaemonLease {
    /// The number of workers, for people: `4`, or `4 → 8` while the daemon has another number than the wanted one.
    var workersText: String {
        let count = daemon.workers.map { "\($0)" } ?? "-"
        guard let wantedWorkers, wantedWorkers != daemon.workers else { return count }
        return "\(count) → \(wantedWorkers)"
    }
}
