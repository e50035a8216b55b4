package import IXCore
package import IXPipelines

/// `ExecPipeline` starts a program for each job: the request goes to standard input, the response comes from standard
/// output.
///
/// Guarantees: when `run` returns, the program has ended and is reaped, and its private directory and descriptors are
/// gone. Processes that the program left in its session, or marked with its environment, are ended too. A program that
/// doesn't read its input never blocks the run. The pipes are closed at most 1 s after the program's exit, even when
/// another process holds their other ends or the output is flooded.
/// Concurrency: a run blocks a dedicated thread, and no thread of the cooperative pool or of Dispatch.
/// Failure: never throws; the program's exit decides the outcome (see `ExitMeaning`). The daemon's own failures hand
/// the job back: code `pipeline_misconfigured` when the program can't be run, `pipeline_unavailable` when the machine
/// has no room for the program now. Cancellation sends TERM to the process group, KILL after the grace, and reports
/// `cancelled`.
package struct ExecPipeline: PipelineRunner {
    /// The checked settings of the pipeline.
    package let settings: ExecSettings

    private let registry: ChildRegistry?
    private let walls: Walls

    /// Creates the pipeline.
    ///
    /// - Parameters:
    ///   - registry: records children while they run; nil: a crash of the daemon leaves running children unknown to the
    ///     next start.
    ///   - walls: hide the daemon's files from children; without `hidesSecrets` the pipeline uses `Walls.plain`.
    package init(_ settings: ExecSettings, registry: ChildRegistry? = nil, walls: Walls = .plain) {
        self.settings = settings
        self.registry = registry
        self.walls = settings.hidesSecrets ? walls : .plain
    }

    /// Runs the program once for `request`. Returns `cancelled` without a start when the task is cancelled already.
    package func run(_ request: RequestIX, context: PipelineContext) async throws -> PipelineReport {
        guard !Task.isCancelled else { return PipelineReport(.cancelled) }
        let run = ExecRun(settings, request, context, registry, walls)
        return await withTaskCancellationHandler {
            await run.perform()
        } onCancel: {
            run.stop()
        }
    }
}
