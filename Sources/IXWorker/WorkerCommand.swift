import ArgumentParser
import IXCommand

struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ix-worker",
        abstract: "Run the jobs of the table ix_jobs.",
        version: Version.text,
        subcommands: [
            RunCommand.self, ServeCommand.self, MigrateCommand.self, CheckConfigCommand.self,
            CheckPipelinesCommand.self,
            ConfigCommand.self, DoctorCommand.self, ReloadCommand.self,
        ],
        defaultSubcommand: RunCommand.self)
}
