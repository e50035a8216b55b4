import ArgumentParser
import FoundationEssentials
import Glibc
import IXCommand
import IXRepresentation
import IXStore

struct StatsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show the jobs of the queue and the daemons that run them.",
        discussion: "Counting ended jobs reads the whole table; --live leaves them out.")

    @Flag(help: "Only waiting and running jobs; fast, however many jobs have ended.")
    var live = false

    @Option(
        help: ArgumentHelp("Give the database this long to count: 90s, 15m.", valueName: "duration"),
        transform: DurationArgument.read)
    var timeout: Duration = .seconds(60)

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        if let server = try remote.remote { return print(try await server.get("/v1/stats")) }
        let configuration = try options.load(environment: ProcessInfo.processInfo.environment)
        let store = try configuration.openStore("ixctl", connections: 1, callTimeout: timeout).reading
        let countsEnded = !live
        try await reportingStoreErrors {
            let statistics = try await store.perform { try $0.statistics(countingEnded: countsEnded) }
            if json {
                return print(StatisticsJSON(statistics, countsEnded: countsEnded).text(of: configuration.storeName))
            }
            let width = Terminal.isOn(STDOUT_FILENO) ? Terminal.size(STDOUT_FILENO).columns : nil
            print("store: \(configuration.storeName)")
            StatisticsText(statistics, countsEnded: countsEnded).lines(fitting: width).forEach { print($0) }
        }
    }
}
