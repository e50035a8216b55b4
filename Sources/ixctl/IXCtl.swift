import ArgumentParser
import IXCommand

@main
enum Program {
    static func main() async {
        Arguments.check()
        await IXCtl.main()
    }
}

struct IXCtl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ixctl",
        abstract: "Puts jobs into the queue and shows what became of them.",
        version: Version.text,
        subcommands: [
            EnqueueCommand.self, GetCommand.self, ListCommand.self, CancelCommand.self, ResubmitCommand.self,
            LogsCommand.self, StatsCommand.self, PruneCommand.self, CallbacksCommand.self, ListenCommand.self,
            WatchCommand.self, ExportCommand.self, ImportCommand.self,
        ])
}
