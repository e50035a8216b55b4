import IXCore
import IXPipelines
import IXPipelinesSupport

@testable import IXPrograms

/// Testing has a type of the same name.
typealias ExitStatus = IXPipelines.ExitStatus

extension Workshop {
    func pipeline(
        _ command: [String], environment: [String: String] = [:], passEnvironment: [String] = [],
        killGrace: Duration = .seconds(10), limits: ProcessLimits = ProcessLimits(), retryExitCodes: Set<Int32> = [],
        daemon: [String: String] = [:]
    ) throws -> ExecPipeline {
        ExecPipeline(
            try ExecSettings(
                command: command, environment: environment, passEnvironment: passEnvironment, timeout: .seconds(60),
                killGrace: killGrace, limits: limits, retryExitCodes: retryExitCodes, workingRoot: root,
                daemon: daemon))
    }

    func shell(_ script: String, _ arguments: String..., killGrace: Duration = .seconds(10)) throws -> ExecPipeline {
        try pipeline(["sh", "-c", script, "sh"] + arguments, killGrace: killGrace)
    }

    func python(_ program: String, limits: ProcessLimits = ProcessLimits()) throws -> ExecPipeline {
        try pipeline(["/usr/bin/python3", "-c", program], limits: limits)
    }

    func run(_ pipeline: ExecPipeline, _ request: RequestIX? = nil) async throws -> PipelineReport {
        try await pipeline.run(try request ?? .sample(), context: context())
    }

    func run(shell script: String, _ request: RequestIX? = nil) async throws -> PipelineReport {
        try await run(try shell(script), request)
    }
}
