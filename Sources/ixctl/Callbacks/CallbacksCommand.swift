import ArgumentParser

struct CallbacksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "callbacks",
        abstract: "Show what callers have been told, and tell them again.",
        subcommands: [CallbacksListCommand.self, CallbacksShowCommand.self, CallbacksRedeliverCommand.self],
        defaultSubcommand: CallbacksListCommand.self)
}
