import FoundationEssentials
import IXCore
import Synchronization

@testable import IXPipelines

/// Testing has a type of the same name.
typealias ExitStatus = IXPipelines.ExitStatus

/// A folder to run programs in: a root for private directories, a log, and what was told of progress.
final class Workshop: Sendable {
    let root: String
    let log: RecordedLog
    private let told = Mutex<[PipelineContext.Progress]>([])
    private let last = Mutex(RunLog())

    init(keepsLog: Bool = true) throws {
        log = RecordedLog(isKept: keepsLog)
        root = FileManager.default.temporaryDirectory.path + "/ix-workshop-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit {
        // ignored: a test's leftover directory does no harm
        try? FileManager.default.removeItem(atPath: root)
    }

    var progress: [PipelineContext.Progress] { told.withLock { $0 } }

    /// What the run that was begun last has said.
    var logTail: String { last.withLock(\.tail) }

    /// Names in the root; none once every run is over.
    var left: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: root) } }

    func context(
        jobID: UUID = UUID(), attempts: Int = 0, timeout: Duration = .seconds(60),
        onProgress: @escaping @Sendable (PipelineContext.Progress) -> Void = { _ in }
    ) -> PipelineContext {
        let runLog = RunLog()
        last.withLock { $0 = runLog }
        return PipelineContext(
            attempt: Attempt(jobID: jobID, attempts: attempts, claimID: UUID()), maxAttempts: 3, timeout: timeout,
            logger: self.log.logger, log: runLog
        ) { progress in
            self.told.withLock { $0.append(progress) }
            onProgress(progress)
        }
    }

    func pipeline(
        _ command: [String], environment: [String: String] = [:], passEnvironment: [String] = [],
        killGrace: Duration = .seconds(10), limits: ProcessLimits = ProcessLimits(), retryOtherExits: Bool = false,
        daemon: [String: String] = [:]
    ) throws -> ExecPipeline {
        ExecPipeline(
            try ExecSettings(
                command: command, environment: environment, passEnvironment: passEnvironment, timeout: .seconds(60),
                killGrace: killGrace, limits: limits, retryOtherExits: retryOtherExits, workingRoot: root,
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

extension RequestIX {
    static func sample(_ fields: String = #"{"context":{"a":1},"ix_id":"ix-7"}"#) throws -> RequestIX {
        try RequestIX(
            useCase: "demo", clientID: "client", requestID: "request", fields: JSONDocument(request: fields))
    }
}

extension PipelineReport {
    /// The error of a run that was discarded or handed back.
    var error: JobError? {
        switch outcome {
        case .discard(let error), .retry(_, let error): error
        case .complete, .cancelled: nil
        }
    }

    var response: ResponseIX? {
        if case .complete(let response) = outcome { response } else { nil }
    }

    var isRetry: Bool { if case .retry = outcome { true } else { false } }
    var isDiscard: Bool { if case .discard = outcome { true } else { false } }
}
