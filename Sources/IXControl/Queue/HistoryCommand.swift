import ArgumentParser
import FoundationEssentials
import Glibc
import IXCommand
import IXCore
import IXRepresentation
import IXStore

struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show what happened to the jobs, by minute, hour or day.",
        discussion: """
            Without --from the last 60 buckets. On a terminal a line for each use case shows the ended jobs of the
            buckets as a curve.

            Examples:
              ixctl history --step 3600 --use-case extract
            """.flowing)

    @Option(help: "Only this use case.", completion: StoreCompletion.useCases)
    var useCase: String?

    @Option(help: ArgumentHelp("Length of a bucket in seconds: 60, 3600 or 86400.", valueName: "seconds"))
    var step: Int = 60

    @Option(help: ArgumentHelp("Buckets from this time on, such as 2030-01-31T08:00:00Z.", valueName: "time"))
    var from: String?

    @Option(help: ArgumentHelp("Buckets before this time.", valueName: "time"))
    var to: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var times: TimeOptions

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let values = ["use_case": useCase, "step": "\(step)", "from": from, "to": to]
        let filter: HistoryFilter
        do throws(InvalidInput) { filter = try HistoryQuestion.filter { values[$0] ?? nil } } catch {
            throw Exit.usage.saying("--\(error.description)")
        }
        if let server = try remote.remote {
            return print(try await server.get("/v1/history", HistoryQuestion.names.map { ($0, values[$0] ?? nil) }))
        }
        try await options.showing { store in
            let store = store.history
            let buckets = try await store.perform { try $0.history(filter) }
            if json { return print(HistoryJSON(filter.step, buckets).text) }
            let isTerminal = Terminal.isOn(STDOUT_FILENO)
            let text = HistoryText(filter.step, buckets, draws: isTerminal, clock: times.clock)
            text.lines(fitting: isTerminal ? Terminal.size(STDOUT_FILENO).columns : nil).forEach { print($0) }
        }
    }
}
