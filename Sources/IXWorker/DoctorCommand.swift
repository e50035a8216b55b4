import ArgumentParser
import FoundationEssentials
import IXCommand
import IXConfig
import IXCore
import IXDoctor
import IXPipelines
import Logging

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look over what the daemon needs, and say what to do where it is missing.",
        discussion: """
            Each line is ok, a warning or a fault; nothing is changed by looking. Exit code 0: no fault; otherwise the first
            fault's: 78 configuration or schema, 69 something is unavailable, 77 permission.
            """)

    @Flag(help: "One JSON object per line: grade, subject, text, advice.")
    var json = false

    @Flag(
        help: """
            Look as the installed service does, with its user, its variables and its credentials; root's own doctor does so \
            where the service is installed and no store is named.
            """)
    var service = false

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let words = ["doctor"] + (json ? ["--json"] : [])
        if service { throw try ServiceRun.become(options, asking: words) }
        try ServiceRun.becomeIfService(options, environment, asking: words)
        let configuration = try load(environment)
        let patient = try Patient(configuration, environment: environment) { configuration in
            let silent = Logger(label: "doctor") { _ in SwiftLogNoOpLogHandler() }
            let assembly = PipelineAssembly(environment: environment, ledger: nil, logger: silent)
            do throws(InvalidInput) {
                _ = try assembly.registry(for: configuration)  // ignored: only the faults matter
                return nil
            } catch { return error.description }
        } walls: { configuration in
            let walls = Walls(configuration, environment)
            return (walls.faults, walls.hidden)
        }
        let (findings, left) = await Doctor(patient).examine { print(json ? $0.json : $0.line) }
        if left > 0, !json { print("\(left) more can't be looked at before that") }
        if let exit = findings.compactMap({ $0.exit }).first { throw ExitCode(exit.rawValue) }
    }

    /// An unreadable configuration becomes a finding, as any other fault does.
    private func load(_ environment: [String: String]) throws -> Configuration {
        do {
            return try options.reader(environment: environment)([])
        } catch let error as ConfigurationError {
            for finding in Finding.unreadable("\(error)") { print(json ? finding.json : finding.line) }
            throw ExitCode(Exit.configuration.rawValue)
        }
    }
}
