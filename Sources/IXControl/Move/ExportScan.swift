import FoundationEssentials
import Glibc
import IXCore
import IXStore

/// The structure of an export's file: batches and job counts. The jobs themselves are not parsed.
struct ExportScan {
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
    private var openJobID: UUID?

    /// True when the file ends with a batch which isn't committed.
    var hasOpenBatch: Bool { openJobs > 0 || isTorn }

    /// Reads the file from its start. Throws `InvalidInput` when the file is no export or is damaged.
    init(_ descriptor: Int32) throws(InvalidInput) {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw InvalidInput("FILE", String(cString: strerror(errno))) }
        var input = InputLines(descriptor, limit: ExportLine.limit)
        guard case .line(let first) = try input.next(timeout: -1), first.isWhole,
            case .header(let header) = ExportLine(first.bytes)
        else { throw InvalidInput("FILE", "is not an export; the file was not changed") }
        self.header = header
        (start, end) = (first.end, first.end)
        while case .line(let line) = try input.next(timeout: -1) { try take(line) }
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
        case .job:
            openJobs += 1
            openJobID = ExportLine.jobID(line.bytes)
        case .committed(let count, let batch):
            guard count == openJobs, batch == batches + 1 else {
                throw Self.damaged(line.number, "says batch \(batch) of \(count), but \(openJobs) jobs come before it")
            }
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
