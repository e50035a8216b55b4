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

    /// Returns a program that answers every job by `body`, which sees `job` (its fields) and `request`, and sends by `say(object)`.
    func python(_ body: String, before: String = "") -> String {
        """
        import json, os, sys, time, signal
        def say(**o): sys.stdout.write(json.dumps(o) + "\\n"); sys.stdout.flush()
        \(before)
        say(ready={"protocol": 1})
        for line in sys.stdin:
            m = json.loads(line)
            if "run" not in m: continue
            request, job = m["run"]["request"], m["run"]["job"]
            def done(**r): say(done={"job_id": job["job_id"], "response": r})
        \(body.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n"))
        """
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
