import ArgumentParser
import CLinux
public import IXPipelines
import Synchronization

/// ix-worker as a program of your own, with Swift pipelines beside the configured pipelines.
///
///     @main enum Program {
///         static func main() async { await WorkerProgram.main(pipelines: ["thumbnail": Thumbnail()]) }
///     }
///
/// Gains: the whole daemon with its commands, configuration and signals. Each Swift pipeline serves the use case of its
/// name. `[pipelines.NAME]` with `kind = "swift"` in the configuration sets timeout, concurrency and retries.
public enum WorkerProgram {
    private static let brought = Mutex<[String: any Pipeline]>([:])

    /// Runs the command of the process's command line, by default the daemon. Failure: ends the process with the
    /// command's exit code.
    public static func main(pipelines: [String: any Pipeline] = [:]) async {
        _ = ix_give_back_large_blocks()  // ignored: memory is only kept longer
        brought.withLock { $0 = pipelines }
        await WorkerCommand.main()
    }

    /// The pipelines registered by the program, by the use cases which the pipelines serve.
    static var pipelines: [String: any Pipeline] { brought.withLock { $0 } }
}
