import ArgumentParser
import IXCommand

/// `ixctl` as a room, so that one program serves under both names.
package enum ControlProgram {
    /// The threads that a command and its store need at a time.
    private static let threads = 4

    /// Reads the command line and runs the command; ends the process when the command fails.
    ///
    /// Concurrency: runs on the main thread, so that a machine without free threads still gets a message.
    @MainActor
    package static func main() async {
        Arguments.check()
        await ProgramStart.run(IXCtl.self, threads: threads, beside: .worker)
    }
}

struct IXCtl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ixctl",
        abstract: "Puts jobs into the queue and shows what became of them.",
        version: Version.text,
        subcommands: [
            EnqueueCommand.self, GetCommand.self, ListCommand.self, CancelCommand.self, ResubmitCommand.self,
            RescheduleCommand.self, QueueCommand.self, GroupCommand.self, ScheduleCommand.self, BatchCommand.self,
            LogsCommand.self, StatsCommand.self, WorkersCommand.self, HistoryCommand.self, PruneCommand.self,
            CallbacksCommand.self,
            ListenCommand.self,
            WatchCommand.self, ExportCommand.self, ImportCommand.self, EraseCommand.self, TokenCommand.self,
            OpenCommand.self, ReadyCommand.self,
        ])
}
