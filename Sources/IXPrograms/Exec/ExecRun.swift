internal import Glibc
internal import IXConcurrency
internal import IXCore
internal import IXPipelines
import IXTelemetry
internal import Logging
internal import SystemPackage

/// `ExecRun` carries out a single run, from the private directory to the report.
struct ExecRun {
    private let settings: ExecSettings
    private let request: RequestIX
    private let context: PipelineContext
    private let registry: ChildRegistry?
    private let walls: Walls
    private let cancel = CancellationRelay<ProcessGroup>()

    init(
        _ settings: ExecSettings, _ request: RequestIX, _ context: PipelineContext, _ registry: ChildRegistry?,
        _ walls: Walls
    ) {
        self.settings = settings
        (self.registry, self.walls) = (registry, walls)
        self.request = request
        self.context = context
    }

    /// Ends the run early: TERM goes to a running child; a child not yet started is never started.
    func stop() { cancel.cancel() }

    /// Runs to the end on a dedicated thread, and returns the report.
    func perform() async -> PipelineReport { await DedicatedThread.run { run() } }

    private func run() -> PipelineReport {
        do throws(StartFailure) {
            let preparation = try RunPreparation(settings, request, context)
            return conclude(follow(preparation), preparation.directory)
        } catch {
            return conclude(unstarted(error), nil)
        }
    }

    private func follow(_ preparation: RunPreparation) -> RunRecord {
        defer { preparation.streams.stop() }
        guard !cancel.isCancelled else { return unstarted(nil) }
        let (child, slot): (ChildProcess, ChildRegistry.Slot?)
        do {
            slot = try registry?.enter(preparation.directory, run: context.runName)
        } catch {
            return unstarted(error)
        }
        defer { registry?.forget(slot) }
        do {
            child = try ChildProcess(
                settings.command, variables: preparation.variables, directory: preparation.directory.path,
                ends: preparation.streams.childEnds, limits: settings.limits, walls: walls,
                user: settings.user, groups: registry?.groups)
        } catch {
            return unstarted(error)
        }
        settings.meters?.started()
        if let slot { registry?.note(child.number, at: slot) }
        var loop = ChildLoop(preparation, cancel: cancel, settings: settings, child: child)
        let record = loop.run()
        child.reap()
        return record
    }

    private func unstarted(_ failure: StartFailure?) -> RunRecord {
        var record = RunRecord(context)
        record.failure = failure
        record.isCancelled = cancel.isCancelled
        return record
    }

    private func conclude(_ record: RunRecord, _ directory: PrivateDirectory?) -> PipelineReport {
        var record = record
        record.finish()
        if let directory { RunPreparation.remove(directory, context.logger) }
        let report = record.report(settings)
        if case .signalled? = report.exit, !record.isCancelled { settings.meters?.crashed() }
        log(report, record.failure)
        return report
    }

    /// Logs failures that only the operator can mend: a program that can't be run, or a machine without room for the
    /// program.
    private func log(_ report: PipelineReport, _ failure: StartFailure?) {
        guard case .retry(_, let error) = report.outcome else { return }
        guard [PipelineCode.misconfigured, PipelineCode.unavailable].contains(error.code) else { return }
        let reason = failure?.reason ?? report.exit?.description ?? ""
        context.logger.log(
            .pipelineUnrunnable,
            ["code": .string(error.code), "program": .string(settings.command[0]), "reason": .string(reason)])
    }
}
