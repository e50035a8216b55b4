public import IXCore

/// Runs a program per job: the request on its standard input, the response on its standard output.
///
/// Guarantees: when `run` returns, the program has ended and is reaped, processes it left in its session or marked with
/// its environment are ended, its private directory is gone, and no descriptor is left open. A program that doesn't read,
/// floods its output, or leaves its pipes to another process holds nothing up for longer than a second after its exit.
/// Concurrency: a run blocks a thread of its own, none of the cooperative pool's or Dispatch's.
/// Failure: never throws; how the program ended decides the outcome (see `ExitMeaning`). The daemon's own troubles hand
/// the job back: code `pipeline_misconfigured` when the program can't be run, `pipeline_unavailable` when the machine has
/// no room for it now. Cancellation sends TERM to the process group, KILL after the grace, and reports `cancelled`.
public struct ExecPipeline: PipelineRunner {
    public let settings: ExecSettings

    private let ledger: ChildLedger?
    private let walls: Walls

    /// `ledger`: where children are written down while they run. `walls`: what they can't reach.
    public init(_ settings: ExecSettings, ledger: ChildLedger? = nil, walls: Walls = .plain) {
        self.settings = settings
        self.ledger = ledger
        self.walls = settings.hidesSecrets ? walls : .plain
    }

    public func run(_ request: RequestIX, context: PipelineContext) async throws -> PipelineReport {
        guard !Task.isCancelled else { return PipelineReport(.cancelled) }
        let run = ExecRun(settings, request, context, ledger, walls)
        return await withTaskCancellationHandler {
            await run.perform()
        } onCancel: {
            run.stop()
        }
    }
}
