import FoundationEssentials
import IXCommand
import IXConfig
import IXCore
import IXPipelines
import IXPrograms
import Logging

/// Runs a sample request through configured pipelines, without a store.
struct PipelineChecks {
    /// The result for one pipeline, as a printed line.
    struct Finding {
        let text: String
        let isSound: Bool
    }

    /// Names of the configured pipelines, sorted.
    let names: [String]
    private let registry: PipelineRegistry
    private let configuration: Configuration
    private let assembly: PipelineAssembly
    private let timeout: Duration

    init(_ configuration: Configuration, environment: [String: String], timeout: Duration) throws {
        // The pipelines' output goes to the log of each run, and is printed with a fault or warning.
        let silent = Logger(label: "check") { _ in SwiftLogNoOpLogHandler() }
        assembly = PipelineAssembly(
            environment: environment, children: nil, walls: Walls(configuration, environment), logger: silent)
        do {
            registry = try assembly.registry(for: configuration)
        } catch {
            throw Exit.configuration.saying(error.description)
        }
        self.configuration = configuration
        names = configuration.pipelines.keys.sorted()
        self.timeout = timeout
    }

    /// Runs the sample request through the pipeline `name`. A pipeline which answers with an error is sound.
    func finding(_ name: String, _ fields: JSONDocument) async throws -> Finding {
        guard let entry = registry[name], entry.name == name else {
            return Finding(text: "fault    \(name): no such pipeline", isSound: false)
        }
        let checked = try await finding(name, entry.pipeline, fields)
        let finding = Finding(text: checked.text + policy(of: entry.retry, name), isSound: checked.isSound)
        guard !finding.isSound, let hint = try await memoryHint(name, fields) else { return finding }
        return Finding(text: finding.text + "\n         " + hint, isSound: false)
    }

    /// Returns the line about further starts of a job that ends in error.
    private func policy(of retry: RetryPolicy?, _ name: String) -> String {
        guard let retry else {
            return "\n         an error of a job is final; retry_on names errors after which a job starts again"
        }
        let exits = configuration.pipelines[name]?.retryExitCodes.sorted().map { "exit:\($0)" } ?? []
        let outcomes = retry.codes.contains("*") ? ["any error"] : retry.codes.sorted() + exits
        let most = retry.starts.map { ", \($0) starts at most" } ?? ", within its max_attempts"
        return "\n         a job starts again after \(outcomes.joined(separator: ", "))\(most)"
    }

    /// Returns the sentence about a limit on the address space that keeps the program from starting; nil when the limit
    /// is not the cause. Cost: a few starts of the program.
    private func memoryHint(_ name: String, _ fields: JSONDocument) async throws -> String? {
        guard var entry = configuration.pipelines[name], let limit = entry.memoryMiB else { return nil }
        guard try await isSound(name, &entry, memoryMiB: nil, fields) else { return nil }
        for enough in sequence(first: limit * 2, next: { $0 < Self.mostMiB ? $0 * 2 : nil })
        where try await isSound(name, &entry, memoryMiB: enough, fields) {
            return "memory_mib = \(limit) is too small for the program; with \(enough) it answers"
        }
        return "memory_mib = \(limit) is too small for the program; without a limit it answers"
    }

    private func isSound(
        _ name: String, _ entry: inout PipelineConfiguration, memoryMiB: Int?, _ fields: JSONDocument
    ) async throws -> Bool {
        entry.memoryMiB = memoryMiB
        let runner = try assembly.runner(entry)
        let isSound = try await finding(name, runner, fields).isSound
        await runner.close()
        return isSound
    }

    /// The largest limit that is tried, 64 GiB.
    private static let mostMiB = 65_536

    private func finding(
        _ name: String, _ pipeline: any PipelineRunner, _ fields: JSONDocument
    ) async throws -> Finding {
        let request = try RequestIX(
            useCase: name, clientID: "check-pipelines", requestID: UUID.random().uuidString.lowercased(), fields: fields
        )
        let context = PipelineContext(
            attempt: Attempt(jobID: .random(), attempts: 0, claimID: .random()), maxAttempts: 1, timeout: timeout,
            logger: Logger(label: "check") { _ in SwiftLogNoOpLogHandler() })
        let start = ContinuousClock.now
        let report = await run(pipeline, request, context)
        return Self.finding(name, report, in: .now - start, log: context.log.tail)
    }

    /// Ends warm processes and connections.
    func close() async { await assembly.close() }

    /// Returns nil when the run exceeded the timeout.
    private func run(
        _ pipeline: any PipelineRunner, _ request: RequestIX, _ context: PipelineContext
    ) async -> PipelineReport? {
        let run = Task {
            do { return try await pipeline.run(request, context: context) } catch {
                return PipelineReport(.discard(JobError("pipeline_error", "\(error)")))
            }
        }
        let timeout = timeout
        let timer = Task {
            try await Task.sleep(for: timeout)
            run.cancel()
        }
        let report = await run.value
        timer.cancel()
        return report.outcome == .cancelled ? nil : report
    }

    private static func finding(_ name: String, _ report: PipelineReport?, in time: Duration, log: String) -> Finding {
        let seconds = (time / .milliseconds(1)).rounded() / 1000
        guard let report else {
            return fault(name, "no answer within \(seconds) s", nil, log)
        }
        switch report.outcome {
        case .complete(let response):
            let end = response.errorCode.map { "answered with error \($0)" } ?? "answered"
            return Finding(text: "ok       \(name): \(PrintedText.safe(end)) in \(seconds) s", isSound: true)
        case .discard(let error) where faults.contains(error.code), .retry(_, let error) where report.fault != nil:
            return fault(name, "\(error.code): \(error.message)", report.fault?.reason ?? error.detail, log)
        case .discard(let error), .retry(_, let error):
            let text = "warning  \(name): \(PrintedText.safe("\(error.code): \(error.message)")), after \(seconds) s"
            return Finding(text: text + details(error.detail, log), isSound: true)
        case .cancelled: return fault(name, "cancelled itself", nil, log)
        }
    }

    private static let faults: Set<String> = [
        PipelineCode.badOutput, PipelineCode.outputTooLarge, PipelineCode.misconfigured, PipelineCode.unavailable,
        PipelineCode.crashed, PipelineCode.failed,
    ]

    private static func fault(_ name: String, _ what: String, _ detail: String?, _ log: String) -> Finding {
        Finding(text: "fault    \(name): \(PrintedText.safe(what))" + details(detail, log), isSound: false)
    }

    /// The error's detail and the last 10 lines of the pipeline's output.
    private static func details(_ detail: String?, _ log: String) -> String {
        let lines = (detail.map { [$0] } ?? []) + log.split(separator: "\n").suffix(10).map { "| \($0)" }
        return lines.map { "\n         " + $0.filter { !$0.isNewline } }.joined()
    }
}
