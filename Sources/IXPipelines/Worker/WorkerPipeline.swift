public import IXCore
public import Logging

/// Runs jobs on processes that are kept warm: JSON lines both ways, one job at a time each.
///
/// Guarantees: a process that crashes, hangs or speaks nonsense costs its own job one start and nobody else anything; its
/// process group and whatever carries its mark is ended with it.
/// Concurrency: a process has a thread of its own.
/// Failure: never throws. A crash hands the job back, code `pipeline_crashed`; a program that can't be started or doesn't
/// get ready, code `pipeline_misconfigured` or `pipeline_unavailable`, costs no start. Cancellation is told to the process;
/// TERM after half of the grace, KILL after the whole.
public struct WorkerPipeline: PipelineRunner {
    private let pool: WorkerPool

    /// - Parameters:
    ///   - ledger: where processes are written down while they run.
    ///   - walls: what they can't reach.
    ///   - logger: for what a process says between two jobs.
    public init(_ settings: WorkerSettings, ledger: ChildLedger? = nil, walls: Walls = .plain, logger: Logger) {
        pool = WorkerPool(settings, ledger, settings.program.hidesSecrets ? walls : .plain, logger)
    }

    public func run(_ request: RequestIX, context: PipelineContext) async throws -> PipelineReport {
        while true {
            while let pause = pool.pause {
                do { try await Task.sleep(for: pause) } catch { return PipelineReport(.cancelled) }
            }
            guard !Task.isCancelled else { return PipelineReport(.cancelled) }
            let report = await once(request, context)
            // A process may end for its age while a job is on its way to it; another takes the job.
            if report != WorkerAnswer.missed { return report }
        }
    }

    private func once(_ request: RequestIX, _ context: PipelineContext) async -> PipelineReport {
        let job = WorkerJob(request, context)
        let taken = TakenProcess()
        let report = await withTaskCancellationHandler {
            await job.answer { taken.set(pool.give(job), job) }
        } onCancel: {
            taken.cancel()
        }
        pool.note(report)
        return report
    }

    public func close() async { await pool.close() }
}
