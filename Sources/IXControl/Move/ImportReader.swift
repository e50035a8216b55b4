import Dispatch
import FoundationEssentials
import Glibc
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
        /// Jobs that wait for others, which come in behind all others.
        var held = 0
        /// Number of the batch's last line.
        var line = 0
        /// Byte offset of the next line.
        var end = 0

        var count: Int { records.count + refusals.count + held }
    }

    enum Next: Sendable {
        case batch(Batch)
        /// The queues, groups and schedules, with the byte offset of the next line.
        case settings(SourceLine, end: Int)
        /// Keys of requests, with the byte offset of the next line.
        case keys(SourceLine, end: Int)
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
    private let descriptor: Int32
    /// True for a file, whose waiting jobs `waiting` reads.
    private let isFile: Bool

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ descriptor: Int32, stop: StopRequest) {
        input = InputLines(descriptor, limit: ExportLine.limit)
        (self.descriptor, isFile) = (descriptor, false)
        self.stop = stop
    }

    /// Continues in the middle of an export, at the progress of an earlier run.
    init(_ descriptor: Int32, from progress: BulkProgress, _ header: ExportHeader, stop: StopRequest) {
        input = InputLines(descriptor, offset: progress.offset, line: progress.line, limit: ExportLine.limit)
        mode = header.mode
        (self.descriptor, isFile) = (descriptor, true)
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
            case .keys:
                guard batch.count == 0 else { throw ExportScan.damaged(line.number, "has keys within a batch") }
                return .keys(SourceLine(number: line.number, bytes: line.bytes, isCut: line.isTooLong), end: line.end)
            case .job:
                if isFile, ExportLine.waits(line.bytes) { batch.held += 1 } else { take(line, into: &batch) }
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

    /// Reads the waiting jobs of a batch, under the negative number of the batch: a batch of their own.
    func waiting(_ waiting: ExportScan.WaitingBatch) throws(InvalidInput) -> Batch {
        var batch = Batch()
        ids.removeAll(keepingCapacity: true)
        batch.number = -waiting.number
        for line in waiting.lines {
            let isTooLong = line.length > ExportLine.limit
            let bytes = try bytes(from: line.start, count: isTooLong ? 4096 : line.length)
            take(SourceLine(number: line.number, bytes: bytes, isCut: isTooLong), into: &batch)
        }
        return batch
    }

    /// Reads bytes of the file, without the end of the line.
    private func bytes(from start: Int, count: Int) throws(InvalidInput) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let read = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress! + filled, count - filled, off_t(start + filled))
            }
            guard read > 0 else { throw InvalidInput("FILE", "can't be read again") }
            filled += read
        }
        while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { bytes.removeLast() }
        return bytes
    }

    private func take(_ line: InputLines.Line, into batch: inout Batch) {
        take(SourceLine(number: line.number, bytes: line.bytes, isCut: line.isTooLong), into: &batch)
    }

    private func take(_ source: SourceLine, into batch: inout Batch) {
        do throws(InvalidInput) {
            if source.isCut { throw InvalidInput("line", "over \(ExportLine.limit) bytes") }
            guard isFile || !ExportLine.waits(source.bytes) else {
                throw InvalidInput("waits", "comes in from a file alone: import the file itself")
            }
            let record = try RecordLine(source.bytes).record()
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
