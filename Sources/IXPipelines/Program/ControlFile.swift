internal import Glibc
import IXLogs
internal import Logging

/// The file through which a child speaks while it runs; read as far as it has grown, never waited for.
struct ControlFile {
    private let path: String
    private let logger: Logger
    private let onProgress: @Sendable (PipelineContext.Progress) -> Void
    private var splitter = LineSplitter()
    private var inode: ino_t = 0
    private var offset: off_t = 0
    private var budget = ExecLimits.controlBytes
    private var complained = false
    /// What the child asked for last.
    private(set) var retryAfter: Duration?

    init(path: String, logger: Logger, onProgress: @escaping @Sendable (PipelineContext.Progress) -> Void) {
        self.path = path
        self.logger = logger
        self.onProgress = onProgress
    }

    /// Takes the lines that were appended since the last time.
    mutating func poll() {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_ino != inode || status.st_size != offset else { return }
        // The child may have put a pipe or a link there in the meantime: neither must hold the daemon up.
        let file = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        guard fstat(file, &status) == 0, Self.isRegular(status) else { return }
        read(file, status)
    }

    /// Takes what is left, a last line without an end included.
    mutating func finish() {
        poll()
        var lines: [ControlLine?] = []
        splitter.finish { lines.append(ControlLine($0)) }
        lines.forEach { take($0) }
    }

    private mutating func read(_ file: Int32, _ status: stat) {
        // Another file, or one that was cut off, starts over.
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
        bytes.withUnsafeBytes { bytes in splitter.take(bytes) { lines.append(ControlLine($0)) } }
        lines.forEach { take($0) }
    }

    private mutating func take(_ line: ControlLine?) {
        guard let line else { return complain(.pipelineControl) }
        if let progress = line.progress { onProgress(progress) }
        if let wait = line.retryAfter { retryAfter = wait }
    }

    /// Once per run: a child that writes rubbish writes a lot of it.
    private mutating func complain(_ event: EventKind) {
        guard !complained else { return }
        complained = true
        logger.tell(event)
    }

    private static func isRegular(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFREG }
}
