import FoundationEssentials
import Glibc
import IXCore

/// The part of a load which the database has acknowledged, with the counts of each result.
struct BulkProgress: Sendable, Equatable {
    /// Byte offset of the next line in the input.
    var offset = 0
    /// Number of the last acknowledged line; the first line is 1.
    var line = 0
    var inserted = 0
    var duplicates = 0
    /// The duplicates whose content or callback URL differs from the stored job.
    var differing = 0
    var refused = 0
    /// Length in bytes of the refusal file up to the last acknowledged line.
    var errorsBytes = 0

    fileprivate var numbers: [(String, Int)] {
        [
            ("offset", offset), ("line", line), ("inserted", inserted), ("duplicates", duplicates),
            ("differing", differing), ("refused", refused), ("errors_bytes", errorsBytes),
        ]
    }

    init() {}

    fileprivate init?(_ document: JSONDocument) {
        let names = BulkProgress().numbers.map(\.0)
        let values = names.compactMap { document[$0].flatMap { Int($0.text) } }
        guard values.count == names.count, values.allSatisfy({ $0 >= 0 }) else { return nil }
        (offset, line, inserted, duplicates) = (values[0], values[1], values[2], values[3])
        (differing, refused, errorsBytes) = (values[4], values[5], values[6])
    }
}

/// The progress file beside the input: the repeated command continues at the recorded offset.
///
/// The file is only a hint. Request keys make every line idempotent, so a lost or stale file costs time, not
/// correctness.
struct ProgressFile {
    let path: String
    private let descriptor: Int32

    init(_ path: String, input descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    /// Returns the progress of an earlier run. Returns nil when there is no file or the input's bytes before the offset
    /// differ.
    func read() -> BulkProgress? {
        guard let document = StateFile(path).read(), let progress = BulkProgress(document),
            document["check"]?.string == check(progress.offset)
        else { return nil }
        return progress
    }

    /// Replaces the file atomically: a reader sees the old or the new content, even after a kill.
    func write(_ progress: BulkProgress) throws(InvalidInput) {
        let pairs = progress.numbers.map { ($0.0, "\($0.1)") }
        let text = JSONPairs(pairs + [("check", JSONPairs.literal(check(progress.offset)))]).text
        try StateFile(path).write(text)
    }

    func remove() { StateFile(path).remove() }

    /// Hashes the last 4096 bytes of the input before `offset`. A different file under the input's name gives another
    /// hash.
    private func check(_ offset: Int) -> String? {
        var bytes = [UInt8](repeating: 0, count: min(4096, offset))
        let count = pread(descriptor, &bytes, bytes.count, off_t(offset - bytes.count))
        return count == bytes.count ? ContentHash(bytes).text : nil
    }
}
