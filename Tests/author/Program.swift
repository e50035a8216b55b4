import FoundationEssentials
import Glibc
import IXCore
import IXDaemon
import IXPipelines

/// Fills the pool that all tasks share, as libraries do that work in tasks of their own, for `context.seconds` on every
/// processor.
struct Spin: TypedPipeline {
    struct Input: Decodable { var seconds: Double }
    struct Output: Encodable { var isDone = true }

    func run(_ input: Input, context: PipelineContext) async throws -> Output {
        // Each task takes a processor for half a second, and three in turn keep a place in the pool all the time.
        let rounds = Int(input.seconds / 0.5) * ProcessInfo.processInfo.activeProcessorCount
        let tasks = (0..<rounds).map { _ in
            Task.detached {
                let end = ContinuousClock.now + .milliseconds(500)
                while ContinuousClock.now < end {}
            }
        }
        for task in tasks { await task.value }
        return Output()
    }
}

/// Blocks the thread of its run for `context.seconds`, deaf to cancellation.
struct Block: TypedPipeline {
    typealias Input = Spin.Input
    typealias Output = Spin.Output

    func run(_ input: Input, context: PipelineContext) async throws -> Output {
        usleep(UInt32(input.seconds * 1_000_000))
        return Output()
    }
}

/// Tells by files of `IX_AUTHOR_FOLDER` when the daemon calls the set-up and the shut-down.
struct Hooked: Pipeline {
    let folder: String

    func prepare() async throws { try mark("prepared") }

    func run(_ request: RequestIX, context: PipelineContext) async throws -> ResponseIX {
        guard access(folder + "/prepared", F_OK) == 0 else { throw InvalidInput("order", "run before prepare") }
        return ResponseIX(members: [])
    }

    func close() async {
        // ignored: the test finds that the file is missing
        try? mark("closed")
    }

    private func mark(_ name: String) throws {
        let file = open(folder + "/" + name, O_CREAT | O_EXCL | O_WRONLY, 0o600)
        guard file >= 0 else { throw InvalidInput(name, "errno \(errno)") }
        Glibc.close(file)
    }
}

@main
enum Program {
    static func main() async {
        let folder = getenv("IX_AUTHOR_FOLDER").map { String(cString: $0) } ?? "/nowhere"
        await WorkerProgram.main(pipelines: ["spin": Spin(), "block": Block(), "hooked": Hooked(folder: folder)])
    }
}
