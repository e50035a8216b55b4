import ArgumentParser
import FoundationEssentials
import Glibc
import IXCommand
import IXCore
import IXRepresentation
import IXStore

struct CallbacksListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List callbacks: due ones first, then failed and delivered ones, the newest first.")

    @Option(help: "due, failed or delivered; a comma means or. Without it, due and failed.")
    var state: [CallbackStateArgument] = []

    @Option(help: "Only callbacks of this client.")
    var clientID: String?

    @Option(help: "Only receivers whose scheme, host and port begin with this text: https://shop.example.")
    var endpoint: String?

    @Option(help: "Callbacks to list, 1 to 10000.")
    var limit = 50

    @Option(
        help: ArgumentHelp("Continue behind the callback with this cursor, as --json prints it.", valueName: "cursor"))
    var after: String?

    @Flag(help: "Print one JSON object per line.")
    var json = false

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit is a number from 1 to 10000.") }
        if let after, CallbackPosition(cursor: after) == nil {
            throw ValidationError("--after: '\(after)' is not a cursor; --json prints one with each callback.")
        }
    }

    func run() async throws {
        if let server = try remote.remote { return try await show(from: server) }
        let configuration = try options.load(environment: ProcessInfo.processInfo.environment)
        let store = try configuration.openStore("ixctl", connections: 1, isReading: true).reading
        let states = state.isEmpty ? [.due, .failed] : Set(state.flatMap(\.states))
        var chosen = CallbackFilter(states: states, clientID: clientID, endpoint: endpoint)
        chosen.after = after.flatMap(CallbackPosition.init(cursor:))
        let filter = chosen
        try await reportingStoreErrors {
            let limit = limit
            let callbacks = try await store.perform { try $0.callbacks(filter, limit: limit) }
            if json { return callbacks.forEach { print($0.listed) } }
            let reasons = try await store.perform { try CallbackTable.Reasons(of: callbacks, $0) }
            let width = Terminal.width
            let table = CallbackTable(callbacks, reasons, hasShortIDs: width != nil)
            table.lines(fitting: width).forEach { print($0) }
        }
    }
}

extension CallbacksListCommand {
    private func show(from server: RemoteServer) async throws {
        let states = state.isEmpty ? nil : state.flatMap(\.states).map(\.rawValue).joined(separator: ",")
        let page = try await server.get(
            "/v1/callbacks",
            [
                ("state", states), ("client_id", clientID), ("endpoint", endpoint), ("limit", "\(min(limit, 500))"),
                ("after", after),
            ])
        print(page)
    }
}

/// A value of `--state`: states of callbacks, with commas between.
struct CallbackStateArgument: ExpressibleByArgument {
    let states: [CallbackRecord.State]

    init?(argument: String) {
        let words = argument.split(separator: ",", omittingEmptySubsequences: false)
        states = words.compactMap { CallbackRecord.State(rawValue: String($0)) }
        guard states.count == words.count else { return nil }
    }

    static let allValueStrings = CallbackRecord.State.allCases.map(\.rawValue)
}
