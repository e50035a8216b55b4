import ArgumentParser
import FoundationEssentials
import Glibc
import IXCommand
import IXConcurrency
import IXConfig
import IXTelemetry

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the daemon in the foreground (the default).",
        discussion: """
            TERM or INT: let running jobs finish within the grace time, then stop. A second signal ends the grace time,
            a third ends the daemon at once. HUP: read the configuration again. USR1: log the state of every worker.
            """.flowing)

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let configuration = try options.load(environment: environment, asService: false)
        let logs = LogControl(configuration.log, environment: environment)
        defer { logs.flush() }
        let daemon = try Daemon(
            configuration, environment: environment, logs: logs,
            reading: try options.reader(environment: environment, asService: false))
        // Pipelines in Swift may hold every thread of the pool that all tasks share. The whole life of the daemon, its
        // exit included, stays on a thread of its own.
        let life = DispatchQueueExecutor(label: "ix.daemon")
        try await withTaskExecutorPreference(life) {
            let code = try await daemon.run()
            logs.flush()
            Glibc.exit(code)
        }
    }
}
