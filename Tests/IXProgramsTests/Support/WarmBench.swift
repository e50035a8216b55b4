import FoundationEssentials
import Glibc
import IXCore
import IXPipelinesSupport
import Testing

@testable import IXPipelines
@testable import IXPrograms

/// Warm pipelines, and a folder for them.
final class WarmBench: Sendable {
    let workshop: Workshop
    let mark: String
    /// Where the example pipelines are.
    let folder: String

    init() throws {
        workshop = try Workshop()
        mark = workshop.root + "-mark"
        folder = URL(filePath: #filePath).deletingLastPathComponent().path + "/../../../Config/pipelines"
    }

    deinit { unlink(mark) }

    func pipeline(
        _ program: String = "", command: [String]? = nil, startTimeout: Duration = .seconds(30), maxJobs: Int? = nil,
        maxAge: Duration? = nil, killGrace: Duration = .seconds(10), minProcesses: Int = 0, idleTime: Duration? = nil,
        freshDirectory: Bool = false
    ) throws -> WarmPipeline {
        let program = try ExecSettings(
            command: command ?? ["/usr/bin/python3", "-u", "-c", program], environment: ["MARK": mark],
            timeout: .seconds(60), killGrace: killGrace, workingRoot: workshop.root, daemon: [:])
        return WarmPipeline(
            try WarmSettings(
                program: program, startTimeout: startTimeout, maxJobs: maxJobs, maxAge: maxAge,
                minProcesses: minProcesses, idleTime: idleTime, freshDirectory: freshDirectory),
            logger: workshop.log.logger)
    }

    func run(_ pipeline: WarmPipeline, _ request: RequestIX? = nil) async throws -> PipelineReport {
        try await pipeline.run(try request ?? .sample(), context: workshop.context())
    }

    /// Cancels a run once it has logged `line`.
    func cancelled(
        _ pipeline: WarmPipeline, _ request: RequestIX? = nil, once line: String
    ) async throws -> PipelineReport {
        let run = Task { try await self.run(pipeline, request) }
        let context = workshop
        while !context.logTail.contains(line) { try await Task.sleep(for: .milliseconds(5)) }
        run.cancel()
        return try await run.value
    }

    /// Returns when the process that gave this answer is gone.
    func gone(_ report: PipelineReport) async throws {
        let pid = try #require(report.response?.document["pid"]?.number)
        while kill(pid_t(pid), 0) == 0 { try await Task.sleep(for: .milliseconds(5)) }
    }
}
