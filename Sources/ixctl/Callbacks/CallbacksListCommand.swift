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

    @Option(help: "due, failed or delivered; may be repeated. Without it, due and failed.")
    var state: [CallbackStateArgument] = []

    @Option(help: "Only callbacks of this client.")
    var clientID: String?

    @Option(help: "Only receivers whose scheme, host and port begin with this text: https://shop.example.")
    var endpoint: String?

    @Option(help: "Callbacks to list, 1 to 10000.")
    var limit = 50

    @Flag(help: "Print one JSON object per line.")
    var json = false

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit is a number from 1 to 10000.") }
    }

    func run() async throws {
        let configuration = try options.load(environment: ProcessInfo.processInfo.environment)
        let store = try configuration.openStore("ixctl", connections: 1).reading
        let states = state.isEmpty ? [.due, .failed] : Set(state.map(\.state))
        let filter = CallbackFilter(states: states, clientID: clientID, endpoint: endpoint)
        try await reportingStoreErrors {
            let limit = limit
            let callbacks = try await store.perform { try $0.callbacks(filter, limit: limit) }
            if json { return callbacks.forEach { print($0.json) } }
            let width = Terminal.isOn(STDOUT_FILENO) ? Terminal.size(STDOUT_FILENO).columns : nil
            CallbackTable(callbacks).lines(fitting: width).forEach { print($0) }
        }
    }
}

struct CallbackStateArgument: ExpressibleByArgument {
    let state: CallbackRecord.State

    init?(argument: String) {
        guard let state = CallbackRecord.State(rawValue: argument) else { return nil }
        self.state = state
    }

    static let allValueStrings = CallbackRecord.State.allCases.map(\.rawValue)
}
