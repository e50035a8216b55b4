import ArgumentParser
import FoundationEssentials
import IXCommand
import IXConfig
import IXLogs
import Logging

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the daemon in the foreground (the default).",
        discussion:
            "TERM or INT: finish what runs within the grace time and stop; again: don't wait; a third: exit at once.")

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let configuration = try options.load(environment: environment)
        let format: StreamHandler.Format = configuration.log.format == .json ? .json : .text
        let level = Logger.Level(rawValue: configuration.log.level.rawValue) ?? .info
        let logger = Logger(label: "ix-worker") { _ in StreamHandler(level: level, format: format) }
        let code = try await Daemon(configuration, environment: environment, logger: logger).run()
        throw ExitCode(code)
    }
}
