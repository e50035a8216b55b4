import FoundationEssentials
import Glibc
import IXCore
import IXDaemon
import IXPipelines
import Tracing

/// The file whose appearance ends the work of `Spin` and `Block`.
struct Release: Decodable {
    var file: String

    var isThere: Bool { access(file, F_OK) == 0 }
}

/// Fills the pool that all tasks share, as libraries do that work in tasks of their own, on every processor.
struct Spin: TypedPipeline {
    func run(_ release: Release, context: PipelineContext) async throws -> [String: Bool] {
        let tasks = (0..<ProcessInfo.processInfo.activeProcessorCount * 2).map { _ in
            Task.detached { while !release.isThere {} }
        }
        for task in tasks { await task.value }
        return ["isDone": true]
    }
}

/// Blocks the thread of its run, deaf to cancellation.
struct Block: TypedPipeline {
    func run(_ release: Release, context: PipelineContext) async throws -> [String: Bool] {
        while !release.isThere { usleep(20_000) }
        return ["isDone": true]
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

/// Makes spans of its own, as libraries do that a pipeline calls.
struct Traced: Pipeline {
    struct Failure: Error, CustomStringConvertible { let description = "a secret of the document" }

    func run(_ request: RequestIX, context: PipelineContext) async throws -> ResponseIX {
        await withSpan("own work", ofKind: .client) { span in
            span.attributes["pages"] = 3
            await Task.yield()
            span.attributes["url.query"] = "a secret of the document"
            // ignored: the span of the failure is what the test looks at
            try? withSpan("inner") { _ in throw Failure() }
        }
        return ResponseIX(members: [])
    }
}

@main
enum Program {
    static func main() async {
        let folder = getenv("IX_AUTHOR_FOLDER").map { String(cString: $0) } ?? "/nowhere"
        await WorkerProgram.main(pipelines: [
            "spin": Spin(), "block": Block(), "hooked": Hooked(folder: folder), "traced": Traced(),
        ])
    }
}
