internal import IXConcurrency
package import IXCore
package import IXPipelines
package import Logging

/// `WarmPipeline` runs jobs on warm processes. Requests and answers are JSON lines; each process runs a single job at
/// a time.
///
/// Guarantees: a process that crashes or hangs costs its own job a single start and no further job anything. A process
/// that leaves with exit status 0 before a word on its job costs nothing, once a job. The time limit of a run begins with
/// the run; loading has `startTimeout`, and goes on when the job that caused it is cancelled. Its process group, and all processes that carry its mark, end with the process.
/// Concurrency: safe from any task. Each process has a dedicated thread.
/// Failure: never throws. A crash hands the job back with code `pipeline_crashed`. A program that can't be started or
/// doesn't get ready costs no start; its code is `pipeline_misconfigured` or `pipeline_unavailable`. Cancellation is
/// sent to the process as a line; TERM follows after half of the grace, KILL after the whole grace.
package struct WarmPipeline: PipelineRunner {
    private let pool: WarmProcessPool
    /// The longest time from a job's start to its `run` line: a pause after a failed start, and the loading.
    private let holdTime: Duration

    /// Creates the pipeline; the first job starts the first process.
    ///
    /// - Parameters:
    ///   - registry: records processes while they run; nil: a crash of the daemon leaves running processes unknown to
    ///     the next start.
    ///   - walls: hide the daemon's files from processes; without `hidesSecrets` the pipeline uses `Walls.plain`.
    ///   - logger: logs standard error that a process writes between two jobs.
    package init(_ settings: WarmSettings, registry: ChildRegistry? = nil, walls: Walls = .plain, logger: Logger) {
        holdTime = settings.startTimeout + .seconds(30)
        pool = WarmProcessPool(settings, registry, settings.program.hidesSecrets ? walls : .plain, logger)
    }

    /// Starts `minProcesses` processes before jobs come.
    package func prepare() { pool.keepUp() }

    /// Runs the job on an idle process, or on a new process when none is idle. After a crash, waits for the pause
    /// before the next start (100 ms, doubled up to 10 s).
    package func run(_ request: RequestIX, context: PipelineContext) async throws -> PipelineReport {
        var hasMoved = false
        while true {
            context.clock.hold(for: holdTime)
            while let pause = pool.pause {
                let over = Latch()
                let isCut = await withTaskCancellationHandler {
                    await over.wait(upTo: pause)
                } onCancel: {
                    over.open()
                }
                if isCut { return PipelineReport(.cancelled) }
            }
            guard !Task.isCancelled else { return PipelineReport(.cancelled) }
            let report = await once(request, context)
            // A process may end because of its age while a job is on the way to the process; the loop then gives the
            // job to another process.
            if report == WarmAnswer.left, !hasMoved {
                hasMoved = true
                continue
            }
            if report != WarmAnswer.missed { return report }
        }
    }

    private func once(_ request: RequestIX, _ context: PipelineContext) async -> PipelineReport {
        let job = WarmJob(request, context)
        let cancellation = CancellationRelay<WarmProcess> { $0.cancel(job) }
        let report = await withTaskCancellationHandler {
            await job.answer { cancellation.connect(pool.give(job)) }
        } onCancel: {
            cancellation.cancel()
        }
        if report != WarmAnswer.missed, report != WarmAnswer.left { pool.note(report) }
        return report
    }

    /// Ends all processes; a process with a job ends after its answer. Returns when no process is left.
    package func close() async { await pool.close() }
}
