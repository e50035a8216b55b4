import ArgumentParser
import FoundationEssentials
import IXCommand
import IXConfig
import IXCore
import IXDoctor
import IXPipelines
import IXPrograms
import Logging

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check what the daemon needs, and say what to do where something is missing.",
        discussion: """
            Each line is ok, a warning or a fault. The command changes nothing.
            Exit codes: 0 no fault; otherwise the
            code of the first fault: 78 configuration or schema, 69 something is unavailable, 77 permission.
            """.flowing)

    @Flag(help: "One JSON object per line: severity, subject, text, advice.")
    var json = false

    @Flag(
        help: """
            Check as the installed service, with the service's user, variables and credentials. This is root's default \
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
        let context = try DoctorContext(configuration, environment: environment) { configuration in
            let silent = Logger(label: "doctor") { _ in SwiftLogNoOpLogHandler() }
            let assembly = PipelineAssembly(environment: environment, children: nil, logger: silent)
            do throws(InvalidInput) {
                _ = try assembly.registry(for: configuration)  // ignored: only the faults matter
                return nil
            } catch { return error.description }
        } walls: { configuration in
            let walls = Walls(configuration, environment)
            return (walls.faults, walls.hidden)
        }
        let (findings, left) = await Doctor(context).examine { print(json ? $0.json : $0.line) }
        if left > 0, !json { print("\(left) more checks can't be made before that") }
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
