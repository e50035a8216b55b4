import FoundationEssentials
import IXCore
public import IXPipelines
import Synchronization

/// `TestWorker` runs jobs of a pipeline in a test as the daemon would: the same engine, on a store in memory.
///
/// Gains: a test of a pipeline needs no daemon, no database and no waiting. Time limits and pauses pass when the test says
/// so.
/// Concurrency: safe from any task; jobs may run side by side.
public final class TestWorker: Sendable {
    private let pipeline: any Pipeline
    private let settings: TestJob.Settings
    private let isPrepared = Mutex<Task<Void, any Error>?>(nil)

    /// Creates a worker; the first job calls the pipeline's `prepare`.
    ///
    /// - Parameters:
    ///   - timeout: the time limit of a run; `TestJob.passTimeLimit` lets the limit pass at once.
    ///   - maxAttempts: the starts that a job may use up.
    ///   - retry: the rule for another start after an error; nil: an error is final.
    ///   - grace: the time for a stopped run to end before the run is abandoned.
    public init(
        _ pipeline: any Pipeline, timeout: Duration = .seconds(60), maxAttempts: Int = 3, retry: RetryPolicy? = nil,
        grace: Duration = .seconds(3)
    ) {
        self.pipeline = pipeline
        settings = TestJob.Settings(timeout: timeout, maxAttempts: maxAttempts, retry: retry, grace: grace)
    }

    /// Runs a job with the `context` to its end; see `TestJob.end`.
    public func run(context: some Encodable) async throws -> TestJob.End {
        await (try await start(context: context)).end()
    }

    /// Starts a job with the `context`; dates are ISO 8601.
    public func start(context: some Encodable) async throws -> TestJob {
        let text = String(decoding: try JSONEncoder.ixPipeline.encode(["context": context]), as: UTF8.self)
        return try await start(request: text)
    }

    /// Starts a job with a request's members as JSON, such as `{"context":{"text":"a b"}}`.
    ///
    /// Failure: throws `InvalidInput` for JSON that no store takes, and the error of the pipeline's `prepare`.
    public func start(request json: String) async throws -> TestJob {
        try await prepared()
        let request = try RequestIX(
            useCase: TestJob.useCase, clientID: "test", requestID: UUID.random().uuidString.lowercased(),
            fields: JSONDocument(request: json))
        return try await TestJob.start(request, pipeline, settings)
    }

    /// Calls the pipeline's `close`, as a daemon that stops.
    public func close() async { await pipeline.close() }

    private func prepared() async throws {
        let task = isPrepared.withLock { [pipeline] task in
            let next = task ?? Task { try await pipeline.prepare() }
            task = next
            return next
        }
        try await task.value
    }
}
