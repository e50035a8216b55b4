import ArgumentParser
import FoundationEssentials
import IXCommand
import IXCore
import IXPostgres

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a configuration and a first pipeline, which run at once.",
        discussion: """
            Writes ix-worker.toml and pipelines/hello.py, hello.sh or hello.swift into the directory, and changes no file that is
            there. Jobs are kept in a file below the directory, or in the PostgreSQL of --postgres.
            """.flowing)

    @Argument(help: "The directory, which is made where it is missing.")
    var directory = "."

    @Option(help: ArgumentHelp("Keep the jobs in this PostgreSQL.", valueName: "address"))
    var postgres: String?

    @Option(help: "The language of the pipeline: python, shell or swift.")
    var pipeline = StarterFiles.Language.python

    func run() async throws {
        if let postgres { try check(postgres) }
        let here = FileManager.default.currentDirectoryPath
        let path = directory.hasPrefix("/") ? directory : directory == "." ? here : "\(here)/\(directory)"
        let starter = StarterFiles(
            folder: path.hasSuffix("/") ? path : path + "/", postgres: postgres, language: pipeline)
        do throws(StarterFiles.Failure) { try starter.write() } catch {
            throw (error.isThere ? Exit.usage : .unavailable).saying(error.reason)
        }
        print(starter.nextSteps)
    }

    /// Ends the program with 78 for an address that no start takes.
    private func check(_ address: String) throws {
        do throws(InvalidInput) {
            try ConnectionParameters(url: address, applicationName: "ix-worker").checkAddress()
        } catch {
            throw Exit.configuration.saying(error.description)
        }
    }
}

extension StarterFiles.Language: ExpressibleByArgument {}
