import ArgumentParser
import FoundationEssentials
import IXCommand
import IXConfig
import IXCore
import IXPipelines

struct CheckPipelinesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-pipelines",
        abstract: "Run a sample request through each configured pipeline and say what is wrong.",
        discussion: """
            The command does not connect to the database. A pipeline that answers is sound, even if it refuses the
            sample; pass a better one with --request. Exit code 78: a pipeline can't be run, did not answer in time, or
            its answer is no response.
            """.flowing)

    @Argument(help: "The pipelines to check (default: every configured one).")
    var names: [String] = []

    @Option(
        help: ArgumentHelp("The sample: a file with a JSON object; - reads standard input.", valueName: "file"),
        completion: .file(), transform: FilePath.absolute)
    var request: String?

    @Option(help: ArgumentHelp("The time limit for each pipeline.", valueName: "seconds"))
    var timeout: Double = 30

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        try ServiceRun.becomeIfService(
            options, environment, asking: ["check-pipelines"] + names + ["--timeout", "\(timeout)"], reading: request)
        let configuration = try options.load(environment: environment)
        let checks = try PipelineChecks(configuration, environment: environment, timeout: .seconds(timeout))
        let chosen = names.isEmpty ? checks.names : names
        if chosen.isEmpty { print("no pipelines are configured; only the built-in echo, sleep and fail exist") }
        let fields = try sample()
        var isSound = true
        for name in chosen {
            let finding = try await checks.finding(name, fields)
            print(finding.text)
            isSound = isSound && finding.isSound
        }
        await checks.close()
        if !isSound { throw ExitCode(Exit.configuration.rawValue) }
    }

    private func sample() throws -> JSONDocument {
        let text = try request.map { try Self.read($0) } ?? Array(#"{"context":{}}"#.utf8)
        do {
            return try JSONDocument(text, field: "request", limit: Limits.requestBytes)
        } catch {
            throw Exit.usage.saying(error.description)
        }
    }

    private static func read(_ path: String) throws -> [UInt8] {
        guard let bytes = SampleRequest.bytes(path) else { throw Exit.usage.saying("\(path) can't be read") }
        return bytes
    }
}
