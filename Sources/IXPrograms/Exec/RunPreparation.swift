internal import FoundationEssentials
internal import IXCore
internal import IXPipelines
import IXTelemetry
internal import Logging
internal import SystemPackage

/// `RunPreparation` makes the private directory, the streams and the variables that a run needs before its child
/// starts.
struct RunPreparation {
    let directory: PrivateDirectory
    let streams: ChildStreams
    let record: RunRecord
    let variables: [String: String]

    init(_ settings: ExecSettings, _ request: RequestIX, _ context: PipelineContext) throws(StartFailure) {
        do throws(Errno) {
            directory = try PrivateDirectory(
                root: settings.workingRoot, jobID: context.attempt.jobID, user: settings.user)
        } catch { throw StartFailure(homeless: settings.workingRoot, error) }
        do throws(Errno) {
            streams = try ChildStreams(line: Self.line(request))
        } catch {
            Self.remove(directory, context.logger)
            throw StartFailure(error)
        }
        var record = RunRecord(context)
        record.control = ControlFile(path: directory.control, logger: context.logger, onProgress: context.progress)
        self.record = record
        variables = JobEnvironment.variables(
            settings.base, request: request, context: context, directory: directory, now: .now)
    }

    /// Removes the private directory, and logs a warning when a part is left.
    static func remove(_ directory: PrivateDirectory, _ logger: Logger) {
        guard !directory.remove() else { return }
        logger.log(.pipelineLeftDirectory, ["path": .string(directory.path)])
    }

    /// Returns the request as a single line. In JSON a line end stands only between tokens, where a blank has the same
    /// meaning.
    private static func line(_ request: RequestIX) -> [UInt8] {
        var line = request.document.text.utf8.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 }
        line.append(0x0A)
        return line
    }
}
