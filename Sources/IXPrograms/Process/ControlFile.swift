internal import Glibc
internal import IXPipelines
import IXTelemetry
internal import Logging

/// `ControlFile` reads the file in which a child reports progress and `retry_after` while it runs. Reading never waits
/// for the child.
struct ControlFile {
    private let path: String
    private let logger: Logger
    private let onProgress: @Sendable (PipelineContext.Progress) -> Void
    private var framer = LineFramer()
    private var inode: ino_t = 0
    private var offset: off_t = 0
    private var budget = PipelineLimits.controlBytes
    private var complained = false
    /// The child's last `retry_after`.
    private(set) var retryAfter: Duration?

    init(path: String, logger: Logger, onProgress: @escaping @Sendable (PipelineContext.Progress) -> Void) {
        self.path = path
        self.logger = logger
        self.onProgress = onProgress
    }

    /// Reads the lines appended since the last call.
    mutating func poll() {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_ino != inode || status.st_size != offset else { return }
        // The child may have replaced the file by a pipe or a link; the flags keep both from blocking the daemon.
        let file = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        guard fstat(file, &status) == 0, Self.isRegular(status) else { return }
        read(file, status)
    }

    /// Reads the remaining lines, including a last line without a line end.
    mutating func finish() {
        poll()
        var lines: [ControlLine?] = []
        framer.finish { lines.append(ControlLine($0)) }
        lines.forEach { take($0) }
    }

    private mutating func read(_ file: Int32, _ status: stat) {
        // A replaced or truncated file is read from its start.
        if status.st_ino != inode || status.st_size < offset { offset = 0 }
        inode = status.st_ino
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while budget > 0 {
            let count = pread(file, &chunk, min(chunk.count, budget), offset)
            guard count > 0 else { return }
            offset += count
            budget -= count
            take(chunk[..<count])
        }
        complain(.pipelineControlTooLong)
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>) {
        var lines: [ControlLine?] = []
        bytes.withUnsafeBytes { bytes in framer.take(bytes) { lines.append(ControlLine($0)) } }
        lines.forEach { take($0) }
    }

    private mutating func take(_ line: ControlLine?) {
        guard let line else { return complain(.pipelineControl) }
        if let progress = line.progress { onProgress(progress) }
        if let wait = line.retryAfter { retryAfter = wait }
    }

    /// Logs the warning once per run, because a child that writes malformed lines writes many.
    private mutating func complain(_ event: EventKind) {
        guard !complained else { return }
        complained = true
        logger.log(event)
    }

    private static func isRegular(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFREG }
}
