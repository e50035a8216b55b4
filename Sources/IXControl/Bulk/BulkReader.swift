import Dispatch
import IXConcurrency
import IXCore
import IXRepresentation
import IXStore

/// Reads a load's lines into batches on its own queue, so that reading overlaps with the database's work.
actor BulkReader {
    /// Lines which the store inserts in one call.
    struct Batch: Sendable {
        var lines: [SourceLine] = []
        var insertions: [NewJob] = []
        var refusals: [Refusal] = []
        /// Number of the last line in the batch, blank lines included.
        var number: Int
        /// Byte offset of the next line.
        var end: Int
        var bytes = 0
        var isLast = false
    }

    static let batchLines = 500
    private static let batchBytes = 4 << 20
    /// Milliseconds. A slow producer's lines go to the store after a pause of 200 ms without waiting for a full batch.
    private static let timeout: Int32 = 200

    private let executor = DispatchQueueExecutor(label: "ix.ctl.read")
    private let stop: StopRequest
    private let defaults: JobLineDefaults
    private var input: InputLines
    private var number: Int
    private var end: Int

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ descriptor: Int32, from progress: BulkProgress, defaults: JobLineDefaults, stop: StopRequest) {
        input = InputLines(descriptor, offset: progress.offset, line: progress.line)
        (number, end) = (progress.line, progress.offset)
        self.defaults = defaults
        self.stop = stop
    }

    /// Returns the next batch: a partial batch when the input pauses, an empty batch after a stop request.
    func next() throws -> Batch {
        let start = end
        var batch = Batch(number: number, end: end)
        while batch.lines.count + batch.refusals.count < Self.batchLines, batch.bytes < Self.batchBytes {
            switch try input.next(timeout: Self.timeout) {
            case .line(let line): take(line, into: &batch)
            case .end:
                batch.isLast = true
                return batch
            case .pause:
                if stop.isRequested || end > start { return batch }
            }
        }
        return batch
    }

    private func take(_ line: InputLines.Line, into batch: inout Batch) {
        (number, end) = (line.number, line.end)
        (batch.number, batch.end) = (number, end)
        batch.bytes += line.bytes.count
        guard !line.bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) else { return }
        let source = SourceLine(number: line.number, bytes: line.bytes, isCut: line.isTooLong)
        do throws(InvalidInput) {
            if line.isTooLong { throw InvalidInput("line", "over \(InputLines.limit) bytes") }
            batch.insertions.append(try JobLine(line.bytes).insertion(defaults, requestID: Self.derivedID(line)))
            batch.lines.append(source)
        } catch {
            batch.refusals.append(Refusal(line: source, reason: error))
        }
    }

    /// The request id for a line without `request_id`: line number and hash of the line's bytes. Loading an unchanged
    /// file again therefore finds the existing jobs.
    private static func derivedID(_ line: InputLines.Line) -> String {
        "line-\(line.number)-\(ContentHash(line.bytes).text)"
    }
}
