package import FoundationEssentials
package import IXCore
package import IXPipelines
import Synchronization

/// A place to run programs in: a root for private directories, a log, and what was told of progress.
package final class Workshop: Sendable {
    package let root: String
    package let log: RecordedLog
    private let told = Mutex<[PipelineContext.Progress]>([])
    private let last = Mutex(RunLog())

    package init(keepsLog: Bool = true) throws {
        log = RecordedLog(isKept: keepsLog)
        root = FileManager.default.temporaryDirectory.path + "/ix-workshop-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit {
        // ignored: a test's leftover directory does no harm
        try? FileManager.default.removeItem(atPath: root)
    }

    package var progress: [PipelineContext.Progress] { told.withLock { $0 } }

    /// What the run that was begun last has said.
    package var logTail: String { last.withLock(\.tail) }

    /// Names in the root; none once every run is over.
    package var left: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: root) } }

    package func context(
        jobID: UUID = UUID(), attempts: Int = 0, timeout: Duration = .seconds(60), traceState: String? = nil,
        onProgress: @escaping @Sendable (PipelineContext.Progress) -> Void = { _ in }
    ) -> PipelineContext {
        let runLog = RunLog()
        last.withLock { $0 = runLog }
        return PipelineContext(
            attempt: Attempt(jobID: jobID, attempts: attempts, claimID: UUID()), maxAttempts: 3, timeout: timeout,
            traceState: traceState, logger: self.log.logger, log: runLog
        ) { progress in
            self.told.withLock { $0.append(progress) }
            onProgress(progress)
        }
    }
}

extension RequestIX {
    package static func sample(_ fields: String = #"{"context":{"a":1},"ix_id":"ix-7"}"#) throws -> RequestIX {
        try RequestIX(
            useCase: "demo", clientID: "client", requestID: "request", fields: JSONDocument(request: fields))
    }
}

extension PipelineReport {
    /// The error of a run that was discarded or handed back.
    package var error: JobError? {
        switch outcome {
        case .discard(let error), .retry(_, let error): error
        case .complete, .cancelled: nil
        }
    }

    package var response: ResponseIX? {
        if case .complete(let response) = outcome { response } else { nil }
    }

    package var isRetry: Bool { if case .retry = outcome { true } else { false } }
    package var isDiscard: Bool { if case .discard = outcome { true } else { false } }
}
