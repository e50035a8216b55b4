import FoundationEssentials
import Glibc
import IXCore
import IXStore

/// What an export's file holds, its jobs counted but not read.
struct ExportSurvey {
    let header: ExportHeader
    /// Where the first batch starts.
    let start: Int
    private(set) var batches = 0
    /// Of the committed batches.
    private(set) var jobs = 0
    private(set) var lastJobID: UUID?
    /// Behind the last committed batch, or the end.
    private(set) var end: Int
    /// Jobs behind that: a batch that was cut off before its `committed`.
    private(set) var openJobs = 0
    /// The last line has no end.
    private(set) var isTorn = false
    private(set) var isEnded = false
    private var openJobID: UUID?

    var hasOpenBatch: Bool { openJobs > 0 || isTorn }

    /// Reads the file from its start.
    init(_ descriptor: Int32) throws(InvalidInput) {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw InvalidInput("FILE", String(cString: strerror(errno))) }
        var input = InputLines(descriptor, limit: ExportLine.limit)
        guard case .line(let first) = try input.next(patience: -1), first.isWhole,
            case .header(let header) = ExportLine(first.bytes)
        else { throw InvalidInput("FILE", "is not an export; it was left as it is") }
        self.header = header
        (start, end) = (first.end, first.end)
        while case .line(let line) = try input.next(patience: -1) { try take(line) }
    }

    private mutating func take(_ line: InputLines.Line) throws(InvalidInput) {
        guard !isEnded else { throw Self.damaged(line.number, "stands behind the end") }
        guard line.isWhole else { return isTorn = true }
        switch ExportLine(line.bytes) {
        case .header: throw Self.damaged(line.number, "is a second header")
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

    static func damaged(_ line: Int, _ what: String) -> InvalidInput {
        InvalidInput("FILE", "is damaged: line \(line) \(what)")
    }
}
