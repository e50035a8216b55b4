internal import Dispatch
internal import FoundationEssentials
internal import IXCore
internal import Logging

/// One run from its private directory to its report.
///
/// `queue` protects the state.
final class ExecRun: @unchecked Sendable {
    private let settings: ExecSettings
    private let request: RequestIX
    private let context: PipelineContext
    private let queue = DispatchQueue(label: "ix.pipelines.exec")

    private var isCancelled = false
    private var record: RunRecord
    private var directory: PrivateDirectory?
    private var child: ExecChild?

    init(_ settings: ExecSettings, _ request: RequestIX, _ context: PipelineContext) {
        self.settings = settings
        self.request = request
        self.context = context
        record = RunRecord(logger: context.logger)
    }

    /// Runs to the end, whatever becomes of the task that calls it.
    func perform() async -> PipelineReport {
        if let (child, variables) = await queue.perform({ self.prepare() }) { await child.run(variables) }
        return await queue.perform { self.conclude() }
    }

    /// Ends the run early: the child is told to end, or isn't started.
    func cancel() {
        queue.async {
            self.isCancelled = true
            self.child?.cancel()
        }
    }

    private func prepare() -> (ExecChild, variables: [String: String])? {
        guard !isCancelled else { return nil }
        do {
            let directory = try PrivateDirectory(root: settings.workingRoot, jobID: context.attempt.jobID)
            self.directory = directory
            record.control = ControlFile(
                path: directory.control, logger: context.logger, onProgress: context.progress)
            let streams = try ChildStreams(line: Self.line(request))
            let child = ExecChild(settings, directory: directory, streams: streams, record: record, queue: queue)
            self.child = child
            return (child, variables(in: directory))
        } catch {
            record.failure = StartFailure(error)
            return nil
        }
    }

    private func variables(in directory: PrivateDirectory) -> [String: String] {
        ExecEnvironment.variables(settings, request: request, context: context, directory: directory, now: .now)
    }

    private func conclude() -> PipelineReport {
        if let child { record = child.record } else { record.isCancelled = isCancelled }
        child = nil
        record.finish()
        removeDirectory()
        let report = record.report(retryOtherExits: settings.retryOtherExits)
        tell(report)
        return report
    }

    private func removeDirectory() {
        guard let directory, !directory.remove() else { return }
        context.logger.error("pipeline directory not removed", metadata: ["path": .string(directory.path)])
    }

    /// Logs what is the operator's to mend, and no caller's.
    private func tell(_ report: PipelineReport) {
        guard case .retry(_, let error) = report.outcome else { return }
        guard [ExecCode.misconfigured, ExecCode.unavailable].contains(error.code) else { return }
        let reason = record.failure?.reason ?? report.exit?.description ?? ""
        context.logger.error(
            "pipeline can't be run",
            metadata: [
                "code": .string(error.code), "program": .string(settings.command[0]), "reason": .string(reason),
            ])
    }

    /// The request on one line: in JSON a line end stands between tokens only, where a blank does as well.
    private static func line(_ request: RequestIX) -> [UInt8] {
        var line = request.document.text.utf8.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
        line.append(0x0A)
        return line
    }
}
