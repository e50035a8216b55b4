import ArgumentParser
import FoundationEssentials
import Glibc
import IXCommand
import IXCore
import IXStore

struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Watch the queue live; `ixctl top` is the same.",
        discussion: """
            A terminal shows a full screen, which q or Ctrl-C ends and the arrow keys scroll; other outputs get a line per look. Each look counts
            the whole table. Once a count takes over 2 seconds, ended jobs are left out, and a long queue is told as a
            daemon counted it. Looks come further apart than --interval where they take long, so that they take at most a
            fifth of the time.

            Examples:
              ixctl watch --interval 10s
            """.flowing,
        aliases: ["top"])

    @Option(
        help: ArgumentHelp("Look this often: 1s, 0.5s, 1m.", valueName: "duration"), transform: DurationArgument.read)
    var interval: Duration = .seconds(1)

    @Option(help: ArgumentHelp("End after this number of looks.", valueName: "looks"))
    var count: Int?

    @Flag(help: "Print a JSON object per look, on a terminal too.")
    var json = false

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        guard interval >= .milliseconds(100) else { throw ValidationError("--interval is 0.1s or more.") }
        guard (count ?? 1) > 0 else { throw ValidationError("--count is 1 or more.") }
    }

    func run() async throws {
        let configuration = try options.load(environment: ProcessInfo.processInfo.environment)
        let store = try configuration.openStore("ixctl", connections: 1).reading
        let isLive = !json && Terminal.isOn(STDOUT_FILENO)
        let screen = isLive ? LiveScreen() : nil
        defer { screen?.leave() }
        var watch = Watch(store: store, try StatisticsCount(configuration, countsEnded: true))
        for look in 1... {
            let pause = await max(interval, watch.look() * 4)
            show(watch.view, screen)
            if look == count { return }
            try await Task.sleep(for: pause)
        }
    }

    private func show(_ view: WatchView, _ screen: LiveScreen?) {
        guard let screen else {
            Terminal.write(PrintedText.safe(json ? view.json : view.line) + "\n", to: STDOUT_FILENO)
            return
        }
        let interval = interval
        screen.show { view.lines(columns: $0, interval: interval) }
    }
}
