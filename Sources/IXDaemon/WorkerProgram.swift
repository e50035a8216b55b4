import ArgumentParser
import CLinux
import IXCommand
public import IXPipelines

/// ix-worker as a program of your own, with Swift pipelines beside the configured pipelines.
///
///     @main enum Program {
///         static func main() async { await WorkerProgram.main(pipelines: ["thumbnail": Thumbnail()]) }
///     }
///
/// Gains: the whole daemon with its commands, configuration and signals. Each Swift pipeline serves the use case of its
/// name. `[pipelines.NAME]` with `kind = "swift"` in the configuration sets timeout, concurrency and retries.
public enum WorkerProgram {
    /// Reads the command line and runs the command; ends the process when the command fails.
    ///
    /// Concurrency: runs on the main thread, so that a machine without free threads still gets a message.
    @MainActor
    public static func main(pipelines: [String: any Pipeline] = [:]) async {
        _ = ix_give_back_large_blocks()  // ignored: a failure only keeps memory longer
        Arguments.check()
        SwiftPipelines.register(pipelines)
        await ProgramStart.run(WorkerCommand.self, threads: threads, beside: .control)
    }

    /// The threads for the daemon's queues, timers and connections. With fewer threads the daemon would report READY
    /// and then hang.
    private static let threads = 16
}

struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ix-worker",
        abstract: "Run the jobs of the table ix_jobs.",
        version: Version.text,
        subcommands: [
            RunCommand.self, ServeCommand.self, InitCommand.self, MigrateCommand.self, CheckConfigCommand.self,
            CheckPipelinesCommand.self, PipelineTestCommand.self,
            ConfigCommand.self, DoctorCommand.self, ReloadCommand.self,
        ],
        defaultSubcommand: RunCommand.self)
}
