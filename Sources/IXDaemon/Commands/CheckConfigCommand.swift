import ArgumentParser
import FoundationEssentials
import IXCallbacks
import IXCommand
import IXConfig
import IXCore
import IXPipelines
import Logging

struct CheckConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config",
        abstract: "Say what is wrong with the configuration, without starting.",
        discussion: "Exit codes: 0 the daemon would start with it, 78 it wouldn't; every fault has a line. "
            + "The command does not connect to the database.")

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let environment = try options.serviceEnvironment(ProcessInfo.processInfo.environment)
        let configuration = try options.load(environment: environment)
        if configuration.store == .postgres {
            _ = try configuration.checkedParameters("ix-worker check-config")  // ignored: only the faults matter
        }
        do {
            let silent = Logger(label: "check") { _ in SwiftLogNoOpLogHandler() }
            let assembly = PipelineAssembly(environment: environment, children: nil, logger: silent)
            _ = try assembly.registry(for: configuration)  // ignored: as above
            _ = try CallbackSettings(configuration, environment)  // ignored: as above
        } catch {
            throw Exit.configuration.saying(error.description)
        }
        for reason in configuration.unknownVariables { StandardError.say("warning: \(reason)") }
        let names = configuration.pipelines.keys.sorted().joined(separator: ", ")
        let files = configuration.files.isEmpty ? "no file" : configuration.files.joined(separator: ", ")
        print(
            "The configuration is sound. Read: \(files). Store: \(configuration.storeName). Pipelines: \(names.isEmpty ? "the built-in ones" : names)."
        )
    }
}
