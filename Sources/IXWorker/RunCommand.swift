import ArgumentParser
import FoundationEssentials
import IXCommand
import IXConfig
import IXLogs

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the daemon in the foreground (the default).",
        discussion: """
            TERM or INT: finish what runs within the grace time and stop; again: don't wait; a third: exit at once.
            HUP: read the configuration again. USR1: log what every worker does.
            """)

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let configuration = try options.load(environment: environment, asService: false)
        let logs = LogControl(configuration.log, environment: environment)
        defer { logs.flush() }
        let daemon = try Daemon(
            configuration, environment: environment, logs: logs,
            reading: try options.reader(environment: environment, asService: false))
        throw ExitCode(try await daemon.run())
    }
}
