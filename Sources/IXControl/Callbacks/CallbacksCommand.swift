import ArgumentParser

struct CallbacksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "callbacks",
        abstract: "Show the callbacks of ended jobs, and send them again.",
        subcommands: [CallbacksListCommand.self, CallbacksShowCommand.self, CallbacksRedeliverCommand.self],
        defaultSubcommand: CallbacksListCommand.self)
}
