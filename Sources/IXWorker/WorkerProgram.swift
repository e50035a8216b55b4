import CLinux
import IXCommand
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

    /// Reads the command line and runs what it says; ends the process when that failed.
    ///
    /// On the main thread: a machine that has no other left is told of.
    @MainActor
    public static func main(pipelines: [String: any Pipeline] = [:]) async {
        _ = ix_give_back_large_blocks()  // ignored: memory is only kept longer
        brought.withLock { $0 = pipelines }
        await ProgramStart.run(WorkerCommand.self, threads: threads)
    }

    /// The daemon's own queues, timers and connections; with fewer it would say READY and stand still.
    private static let threads = 16

    /// The pipelines the program brought, by the use cases they serve.
    static var pipelines: [String: any Pipeline] { brought.withLock { $0 } }
}
