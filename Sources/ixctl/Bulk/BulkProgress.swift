import FoundationEssentials
import Glibc
import IXCore

/// How far a load has been acknowledged by the database, and what came of it.
struct BulkProgress: Sendable, Equatable {
    /// Where the next line starts, and the number of the line before it.
    var offset = 0
    var line = 0
    var inserted = 0
    var duplicates = 0
    /// Of the duplicates, those whose content or callback URL was another.
    var differing = 0
    var refused = 0
    /// Bytes of the file of refused lines that belong to this.
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

/// The progress beside its input, so that the same command goes on where the last one stopped.
///
/// Only a hint: keys make every line idempotent, so a lost or stale file costs time, not correctness.
struct ProgressFile {
    let path: String
    private let descriptor: Int32

    init(_ path: String, input descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    /// What an earlier run left, if it fits the input as it is now.
    func read() -> BulkProgress? {
        guard let document = SmallFile(path).read(), let progress = BulkProgress(document),
            document["check"]?.string == check(progress.offset)
        else { return nil }
        return progress
    }

    /// In one step: a reader sees the old or the new, whenever we are killed.
    func write(_ progress: BulkProgress) throws(InvalidInput) {
        let pairs = progress.numbers.map { ($0.0, "\($0.1)") }
        let text = JSONPairs(pairs + [("check", JSONPairs.literal(check(progress.offset)))]).text
        try SmallFile(path).write(text)
    }

    func remove() { SmallFile(path).remove() }

    /// The input's bytes before `offset`: another file under the same name has others.
    private func check(_ offset: Int) -> String? {
        var bytes = [UInt8](repeating: 0, count: min(4096, offset))
        let count = pread(descriptor, &bytes, bytes.count, off_t(offset - bytes.count))
        return count == bytes.count ? ContentHash(bytes).text : nil
    }
}
