import Dispatch
import FoundationEssentials
import IXConcurrency
import IXCore
import IXStore

/// Reads an export's batches on its own queue. A batch without its `committed` line is never returned.
actor ImportReader {
    struct Batch: Sendable {
        var number = 0
        var lines: [SourceLine] = []
        var records: [JobRecord] = []
        var refusals: [Refusal] = []
        /// Number of the batch's last line.
        var line = 0
        /// Byte offset of the next line.
        var end = 0

        var count: Int { records.count + refusals.count }
    }

    enum Next: Sendable {
        case batch(Batch)
        /// The queues, groups and schedules, with the byte offset of the next line.
        case settings(SourceLine, end: Int)
        case end
        /// A stop was requested.
        case stopped
    }

    private let executor = DispatchQueueExecutor(label: "ix.ctl.read")
    private let stop: StopRequest
    private var input: InputLines
    private var mode = ExportHeader.Mode.move
    private var jobs: Int?
    private var ids: Set<UUID> = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ descriptor: Int32, stop: StopRequest) {
        input = InputLines(descriptor, limit: ExportLine.limit)
        self.stop = stop
    }

    /// Continues in the middle of an export, at the progress of an earlier run.
    init(_ descriptor: Int32, from progress: BulkProgress, _ header: ExportHeader, stop: StopRequest) {
        input = InputLines(descriptor, offset: progress.offset, line: progress.line, limit: ExportLine.limit)
        mode = header.mode
        self.stop = stop
    }

    /// Returns the header from the first line; nil after a stop request.
    func header() throws -> ExportHeader? {
        guard let line = try line() else {
            if stop.isRequested { return nil }
            throw InvalidInput("FILE", "is empty")
        }
        guard case .header(let header) = ExportLine(line.bytes) else { throw InvalidInput("FILE", "is not an export") }
        (mode, jobs) = (header.mode, 0)
        return header
    }

    /// Returns the next committed batch. Throws `InvalidInput` when the file is damaged or cut off.
    func next() throws -> Next {
        var batch = Batch()
        ids.removeAll(keepingCapacity: true)
        while let line = try line() {
            switch ExportLine(line.bytes) {
            case .header: throw ExportScan.damaged(line.number, "is a second header")
            case .settings:
                guard batch.count == 0 else { throw ExportScan.damaged(line.number, "has settings within a batch") }
                return .settings(
                    SourceLine(number: line.number, bytes: line.bytes, isCut: line.isTooLong), end: line.end)
            case .job: take(line, into: &batch)
            case .committed(let count, let number):
                guard count == batch.count else { throw damaged(line, count, batch.count) }
                (batch.number, batch.line, batch.end) = (number, line.number, line.end)
                jobs? += count
                return .batch(batch)
            case .end(let count):
                guard jobs == nil || jobs == count, batch.count == 0 else { throw damaged(line, count, jobs ?? 0) }
                return .end
            }
        }
        if stop.isRequested { return .stopped }
        throw InvalidInput("FILE", "is cut off: run the same ixctl export again, then this import")
    }

    /// Returns nil at the end of the input and after a stop request.
    private func line() throws -> InputLines.Line? {
        while true {
            switch try input.next(timeout: 200) {
            case .line(let line): return line.isWhole ? line : nil
            case .end: return nil
            case .pause: if stop.isRequested { return nil }
            }
        }
    }

    private func take(_ line: InputLines.Line, into batch: inout Batch) {
        let source = SourceLine(number: line.number, bytes: line.bytes, isCut: line.isTooLong)
        do throws(InvalidInput) {
            if line.isTooLong { throw InvalidInput("line", "over \(ExportLine.limit) bytes") }
            let record = try RecordLine(line.bytes).record()
            guard mode == .move || record.job.status.isTerminal else {
                throw InvalidInput("status", "is \(record.job.status.rawValue) , but a copy holds only ended jobs")
            }
            guard ids.insert(record.job.jobID).inserted else {
                throw InvalidInput("job_id", "is in the batch twice")
            }
            batch.records.append(record)
            batch.lines.append(source)
        } catch {
            batch.refusals.append(Refusal(line: source, reason: error))
        }
    }

    private func damaged(_ line: InputLines.Line, _ said: Int, _ found: Int) -> InvalidInput {
        ExportScan.damaged(line.number, "says \(said) jobs, but \(found) come before it")
    }
}
