import Glibc
import IXCore
import IXDaemon
import IXPipelines

/// A job of the side-by-side measurement: appends its number and the time, two little-endian 64-bit integers, to a file.
struct Mark: Pipeline {
    let file: Int32

    func run(_ request: RequestIX, context: PipelineContext) async throws -> ResponseIX {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let number = Int64(request.document["seq"]?.number ?? -1)
        let hit = [number.littleEndian, Int64(now.tv_sec * 1_000_000_000 + now.tv_nsec).littleEndian]
        guard write(file, hit, 16) == 16 else { throw PipelineStop.discard(JobError("unwritten", "errno \(errno)")) }
        return ResponseIX(members: [])
    }
}

@main
enum Program {
    /// `IXB_MARK` names the file.
    static func main() async {
        let path = getenv("IXB_MARK").map { String(cString: $0) } ?? "/dev/null"
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        await WorkerProgram.main(pipelines: ["mark": Mark(file: file)])
    }
}
