internal import IXCore
internal import IXPipelines
import IXTelemetry
internal import Logging
internal import SystemPackage

/// `WarmChild` is the process of a warm program, with its private directory, its pipes, and its entry in the registry.
struct WarmChild {
    let process: ChildProcess
    let directory: PrivateDirectory
    var input: OutgoingLines
    var output: OutputReader
    var error: OutputReader
    private let slot: ChildRegistry.Slot?
    private let registry: ChildRegistry?
    private let program: ExecSettings
    private let logger: Logger
    private var jobDirectory: PrivateDirectory?

    /// Starts the program. A failure leaves nothing behind.
    init(
        _ program: ExecSettings, registry: ChildRegistry?, walls: Walls, logger: Logger
    ) throws(StartFailure) {
        (self.program, self.registry, self.logger) = (program, registry, logger)
        do throws(Errno) {
            directory = try PrivateDirectory(root: program.workingRoot, name: "worker", user: program.user)
        } catch { throw StartFailure(homeless: program.workingRoot, error) }
        let pipes: StandardStreams
        do throws(Errno) {
            pipes = try StandardStreams()
        } catch {
            RunPreparation.remove(directory, logger)
            throw StartFailure(error)
        }
        input = OutgoingLines(descriptor: pipes.input)
        output = OutputReader(descriptor: pipes.output)
        error = OutputReader(descriptor: pipes.error)
        defer { pipes.closeChildEnds() }
        var entered: ChildRegistry.Slot?
        do throws(StartFailure) {
            entered = try registry?.enter(directory, run: "worker")
            process = try ChildProcess(
                program.command, variables: JobEnvironment.variables(program.base, directory: directory),
                directory: directory.path, ends: pipes.childEnds, limits: program.limits, walls: walls,
                user: program.user, groups: registry?.groups)
        } catch {
            input.close()
            output.stop()
            self.error.stop()
            registry?.forget(entered)
            RunPreparation.remove(directory, logger)
            throw error
        }
        slot = entered
        program.meters?.started()
        if let entered { registry?.note(process.number, at: entered) }
    }

    /// Makes an empty directory for the next job and returns its path; nil when the disk refuses it, which the log tells.
    mutating func makeJobDirectory() -> String? {
        do throws(Errno) {
            jobDirectory = try PrivateDirectory(root: directory.path, name: "job", user: program.user)
            return jobDirectory?.path
        } catch {
            logger.log(.pipelineLeftDirectory, ["path": .string("\(directory.path): \(error)")])
            return nil
        }
    }

    /// Removes the directory of the job that has ended.
    mutating func removeJobDirectory() {
        if let jobDirectory { RunPreparation.remove(jobDirectory, logger) }
        jobDirectory = nil
    }

    mutating func closeStreams() {
        input.close()
        output.stop()
        error.stop()
    }

    /// Forgets the ended process and removes its directories.
    mutating func remove() {
        removeJobDirectory()
        process.reap()
        registry?.forget(slot)
        RunPreparation.remove(directory, logger)
    }
}
