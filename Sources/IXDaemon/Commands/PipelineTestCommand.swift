import ArgumentParser
import FoundationEssentials
import Glibc
import IXCommand
import IXCore
import IXPrograms
import Synchronization

/// The command is the daemon's and not ixctl's, because only the daemon links the rooms that start programs.
struct PipelineTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pipeline-test",
        abstract: "Play the daemon to a program and say what the program does right and wrong.",
        discussion: """
            The program is started a few times, and gets every situation of the protocol: jobs, cancels, odd numbers, \
            a large request, the end of its input. No queue and no configuration is needed. The program runs in a folder of \
            its own; arguments that name files of the current folder are made absolute. Exit code 1: something is wrong.
            """.flowing)

    enum Kind: String, ExpressibleByArgument, CaseIterable { case worker, exec }

    @Option(help: "How the daemon runs the program: worker (kept warm) or exec (per job).")
    var kind = Kind.worker

    @Option(
        help: ArgumentHelp(
            "A request that the program can work on: a file with a JSON object; - reads standard input.",
            valueName: "file"), completion: .file(), transform: FilePath.absolute)
    var request: String?

    @Option(help: ArgumentHelp("The time limit for the start and for each job.", valueName: "seconds"))
    var timeout: Double = 30

    @Option(help: ArgumentHelp("The time between an order to stop and the kill.", valueName: "seconds"))
    var grace: Double = 5

    @Flag(help: "Print a JSON object for each situation.")
    var json = false

    @Argument(parsing: .captureForPassthrough, help: "The program and its arguments.")
    var command: [String]

    func run() async throws {
        let isWrong = Mutex(false)
        let sound: @Sendable (TrialFinding) -> Void = { [json] finding in
            if finding.verdict == .wrong { isWrong.withLock { $0 = true } }
            print(json ? finding.json : finding.line)
            fflush(nil)
        }
        do throws(InvalidInput) {
            try await trial(sound)
        } catch {
            throw Exit.usage.saying(error.description)
        }
        if isWrong.withLock({ $0 }) { throw ExitCode(1) }
    }

    private func trial(_ sound: @escaping @Sendable (TrialFinding) -> Void) async throws(InvalidInput) {
        guard (0.1...86_400).contains(timeout), (0.1...3600).contains(grace) else {
            throw InvalidInput("timeout", "must be 0.1 to 86400, and grace 0.1 to 3600")
        }
        let program = try ExecSettings(
            command: absolute, timeout: .seconds(timeout), killGrace: .seconds(grace),
            daemon: ProcessInfo.processInfo.environment)
        switch kind {
        case .worker:
            let settings = try WarmSettings(program: program, startTimeout: .seconds(timeout))
            try await WarmTrial(settings, sample: sample(), sound: sound).perform()
        case .exec: try await ExecTrial(program, sample: sample(), sound: sound).perform()
        }
    }

    /// The command with absolute paths, because the program runs in a folder of its own. A first word without a slash is
    /// looked up in `PATH`.
    private var absolute: [String] {
        command.enumerated().map { index, word in
            guard !word.hasPrefix("/"), index > 0 || word.contains("/"), access(word, F_OK) == 0 else { return word }
            return URL(filePath: word).path
        }
    }

    private func sample() throws(InvalidInput) -> JSONDocument {
        guard let request else { return try JSONDocument(request: #"{"context":{"text":"a sample"}}"#) }
        guard let bytes = SampleRequest.bytes(request) else {
            throw InvalidInput("request", "\(request) can't be read")
        }
        return try JSONDocument(bytes, field: "request", limit: Limits.requestBytes)
    }
}

extension TrialFinding {
    fileprivate var line: String {
        "\(verdict.rawValue.padded(to: 6)) \(PrintedText.safe(situation)): \(PrintedText.safe(text))"
    }

    fileprivate var json: String {
        let members = ["situation": situation, "text": text, "verdict": verdict.rawValue]
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // ignored: texts always encode
        return (try? encoder.encode(members)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(width - count, 0)) }
}
