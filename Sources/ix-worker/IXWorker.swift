import ArgumentParser
import IXCommand

@main
struct IXWorker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ix-worker",
        abstract: "Runs the jobs of the table ix_jobs.",
        version: Version.number,
        subcommands: [RunCommand.self, MigrateCommand.self],
        defaultSubcommand: RunCommand.self)
}
