internal import Glibc
internal import IXCore
import IXLogs
internal import Logging

/// One run from its private directory to its report.
struct ExecRun {
    private let settings: ExecSettings
    private let request: RequestIX
    private let context: PipelineContext
    private let ledger: ChildLedger?
    private let cancel = CancelSwitch()

    init(_ settings: ExecSettings, _ request: RequestIX, _ context: PipelineContext, _ ledger: ChildLedger?) {
        self.settings = settings
        self.ledger = ledger
        self.request = request
        self.context = context
    }

    /// Ends the run early: the child is told to end, or isn't started.
    func stop() { cancel.cancel() }

    /// Runs to the end, whatever becomes of the task that calls it.
    func perform() async -> PipelineReport {
        do {
            let preparation = try await OwnThread.run { prepare() }.get()
            let record = await run(preparation)
            return await OwnThread.run { conclude(record, preparation.directory) }
        } catch {
            var record = RunRecord(logger: context.logger)
            record.failure = error
            record.isCancelled = cancel.isCancelled
            return report(record)
        }
    }

    private func prepare() -> Result<RunPreparation, StartFailure> {
        do {
            return .success(try RunPreparation(settings, request, context))
        } catch {
            return .failure(StartFailure(error))
        }
    }

    private func run(_ preparation: RunPreparation) async -> RunRecord {
        await withCheckedContinuation { waiting in
            let delivery = RunDelivery(preparation.record, to: waiting)
            Task {
                let failure = await start(preparation, delivery)
                preparation.streams.stop()
                delivery.finish(failure)
            }
        }
    }

    private func start(_ preparation: RunPreparation, _ delivery: RunDelivery) async -> StartFailure? {
        guard !cancel.isCancelled else { return nil }
        do {
            try await ChildProcess(settings, preparation).run { child, descriptor in
                delivery.keep(await follow(child, descriptor, preparation))
                guard descriptor < 0 else { return }
                // Without a pidfd nobody wakes the one who waits to reap, so the wait is left behind.
                ChildExit.reap(child)
                delivery.finish()
            }
            return nil
        } catch {
            return StartFailure(error)
        }
    }

    private func follow(_ child: pid_t, _ descriptor: Int32, _ preparation: RunPreparation) async -> RunRecord {
        await OwnThread.run {
            ledger?.note(child, preparation.directory)
            defer { ledger?.forget(child) }
            var loop = ChildLoop(preparation, cancel: cancel, settings: settings, child: child, descriptor: descriptor)
            return loop.run()
        }
    }

    private func conclude(_ record: RunRecord, _ directory: PrivateDirectory) -> PipelineReport {
        var record = record
        record.isCancelled = record.isCancelled || record.exit == nil && cancel.isCancelled
        record.finish()
        RunPreparation.remove(directory, context.logger)
        return report(record)
    }

    private func report(_ record: RunRecord) -> PipelineReport {
        let report = record.report(settings)
        tell(report, record.failure)
        return report
    }

    /// Logs what is the operator's to mend, and no caller's.
    private func tell(_ report: PipelineReport, _ failure: StartFailure?) {
        guard case .retry(_, let error) = report.outcome else { return }
        guard [ExecCode.misconfigured, ExecCode.unavailable].contains(error.code) else { return }
        let reason = failure?.reason ?? report.exit?.description ?? ""
        context.logger.tell(
            .pipelineUnrunnable,
            ["code": .string(error.code), "program": .string(settings.command[0]), "reason": .string(reason)])
    }
}
