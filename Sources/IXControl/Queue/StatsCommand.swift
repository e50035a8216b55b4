import ArgumentParser
import FoundationEssentials
import Glibc
import IXCommand
import IXCore
import IXRepresentation
import IXStore

struct StatsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show the jobs of the queue and the daemons that run them.",
        discussion: """
            Counting ended jobs reads the whole table. A count that takes over 2 seconds is given up, and the ended jobs
            are left out; --timeout gives the count its time. Where more than 10,000 jobs wait, the counts are those that
            a daemon keeps, up to 30 seconds old; the text and `counted_seconds_ago` say how old.

            Examples:
              ixctl stats
              ixctl stats --live --json
            """.flowing)

    @Flag(help: "Only waiting and running jobs; fast, however many jobs have ended.")
    var live = false

    @Option(
        help: ArgumentHelp("Count every job, and give the database this long: 90s, 15m.", valueName: "duration"),
        transform: DurationArgument.read)
    var timeout: Duration?

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var times: TimeOptions

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        if let server = try remote.remote { return print(try await server.get("/v1/stats")) }
        let configuration = try options.load(environment: ProcessInfo.processInfo.environment)
        var counting = try StatisticsCount(configuration, countsEnded: !live, timeout: timeout)
        try await reportingStoreErrors {
            let statistics = try await counting.statistics()
            let countsEnded = counting.countsEnded
            if json {
                return print(StatisticsJSON(statistics, countsEnded: countsEnded).text(of: configuration.storeName))
            }
            let width = Terminal.width
            print("store: \(configuration.storeName)")
            let text = StatisticsText(statistics, countsEnded: countsEnded, clock: times.clock)
            text.lines(fitting: width).forEach {
                $0.hasPrefix("! ") ? printPainted(Paint.warning(PrintedText.safe($0))) : print($0)
            }
            if !live, !countsEnded {
                print("ended jobs: not counted, because the count takes over 2 seconds; --timeout 15m counts them")
            }
        }
    }
}
