import FoundationEssentials
import Glibc
import IXCore
import IXStore

/// The structure of an export's file: batches and job counts. The jobs themselves are not parsed.
struct ExportScan {
    /// The line of a job that waits for others, which an import reads behind all others.
    struct WaitingLine: Sendable {
        let number: Int
        /// Byte offset of the line.
        let start: Int
        /// Bytes of the line with its end.
        let length: Int
    }

    /// The waiting jobs of a committed batch.
    struct WaitingBatch: Sendable {
        let number: Int
        let lines: [WaitingLine]
    }

    let header: ExportHeader
    /// Byte offset behind the header.
    let start: Int
    /// True when the line of settings follows the header.
    private(set) var hasSettings = false
    private(set) var batches = 0
    /// Jobs in committed batches.
    private(set) var jobs = 0
    /// The last job of the last committed batch.
    private(set) var lastJobID: UUID?
    /// Byte offset after the last committed batch, or after the end line.
    private(set) var end: Int
    /// Jobs after `end`: a batch which was cut off before its `committed` line.
    private(set) var openJobs = 0
    /// True when the last line has no newline.
    private(set) var isTorn = false
    private(set) var isEnded = false
    /// Waiting jobs of committed batches, in the order in which they left their store.
    private(set) var waiting: [WaitingBatch] = []
    private var openJobID: UUID?
    private var openWaiting: [WaitingLine] = []
    /// True from a line of keys on.
    private var hasKeys = false
    /// Byte offset of the current line.
    private var lineStart = 0

    /// True when the file goes on behind `end`: with a batch which isn't committed, or with keys, which the export writes anew.
    var hasOpenBatch: Bool { openJobs > 0 || isTorn || hasKeys }

    /// Reads the file from its start. Throws `InvalidInput` when the file is no export or is damaged.
    init(_ descriptor: Int32) throws(InvalidInput) {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw InvalidInput("FILE", String(cString: strerror(errno))) }
        var input = InputLines(descriptor, limit: ExportLine.limit)
        guard case .line(let first) = try input.next(timeout: -1), first.isWhole,
            case .header(let header) = ExportLine(first.bytes)
        else { throw InvalidInput("FILE", "is not an export; the file was not changed") }
        self.header = header
        (start, end, lineStart) = (first.end, first.end, first.end)
        while case .line(let line) = try input.next(timeout: -1) {
            try take(line)
            lineStart = line.end
        }
    }

    private mutating func take(_ line: InputLines.Line) throws(InvalidInput) {
        guard !isEnded else { throw Self.damaged(line.number, "comes after the end line") }
        guard line.isWhole else { return isTorn = true }
        switch ExportLine(line.bytes) {
        case .header: throw Self.damaged(line.number, "is a second header")
        case .settings:
            guard !hasSettings, batches == 0, openJobs == 0 else {
                throw Self.damaged(line.number, "has settings, which stand behind the header")
            }
            (hasSettings, end) = (true, line.end)
        case .keys:
            guard openJobs == 0 else { throw Self.damaged(line.number, "has keys within a batch") }
            hasKeys = true
        case .job:
            guard !hasKeys else { throw Self.damaged(line.number, "has a job behind the keys") }
            openJobs += 1
            openJobID = ExportLine.jobID(line.bytes)
            if ExportLine.waits(line.bytes) {
                openWaiting.append(
                    WaitingLine(number: line.number, start: lineStart, length: line.end - lineStart))
            }
        case .committed(let count, let batch):
            guard count == openJobs, batch == batches + 1, !hasKeys else {
                throw Self.damaged(line.number, "says batch \(batch) of \(count), but \(openJobs) jobs come before it")
            }
            if !openWaiting.isEmpty { waiting.append(WaitingBatch(number: batch, lines: openWaiting)) }
            openWaiting = []
            (batches, jobs, lastJobID, openJobs, end) = (batch, jobs + count, openJobID, 0, line.end)
        case .end(let count):
            guard count == jobs, openJobs == 0 else {
                throw Self.damaged(line.number, "says \(count) jobs, but \(jobs) are committed and \(openJobs) are not")
            }
            (isEnded, end) = (true, line.end)
        }
    }

    /// Returns the error for a damaged file, with the line's number.
    static func damaged(_ line: Int, _ what: String) -> InvalidInput {
        InvalidInput("FILE", "is damaged: line \(line) \(what)")
    }
}
