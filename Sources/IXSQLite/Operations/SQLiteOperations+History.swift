import GRDB
import IXCore
package import IXStore

extension SQLiteOperations {
    /// Adds the buckets to the present minute.
    package func addHistory(_ buckets: [HistoryBucket]) throws(StoreError) {
        let minute = HistoryStep.minute.start(of: Int(Timestamp.now.microseconds / 1_000_000))
        try put(buckets, .minute, start: { _ in minute }, replaces: false)
    }

    /// Puts the buckets in place of others.
    package func replaceHistory(_ buckets: [HistoryBucket], step: HistoryStep) throws(StoreError) {
        try put(buckets, step, start: { $0.start }, replaces: true)
    }

    private func put(
        _ buckets: [HistoryBucket], _ step: HistoryStep, start: (HistoryBucket) -> Int, replaces: Bool
    ) throws(StoreError) {
        guard !buckets.isEmpty else { return }
        try write("add_history") { db in
            for bucket in buckets {
                let place: [(any DatabaseValueConvertible)?] = [
                    step.seconds, replaces, Self.text(start(bucket)), bucket.useCase,
                ]
                let counts: [(any DatabaseValueConvertible)?] = [
                    bucket.claimed, bucket.done, bucket.error, bucket.handedBack, bucket.waitSeconds, bucket.runSeconds,
                    bucket.waits.isEmpty ? nil : HistoryBucket.array(bucket.waits),
                    bucket.runs.isEmpty ? nil : HistoryBucket.array(bucket.runs), bucket.dueMost, bucket.runningMost,
                    bucket.oldestMost,
                ]
                try db.run(.addHistory, place + counts)
                for (code, count) in bucket.errors { try db.run(.addHistoryError, place + [code, count]) }
            }
        }
    }

    /// Returns stored buckets in order.
    package func storedHistory(
        _ step: HistoryStep, useCase: String?, from: Int, to: Int, limit: Int
    ) throws(StoreError) -> [HistoryBucket] {
        if useCase?.utf8.contains(0) == true { return [] }
        return try read("read_history") { db in
            try db.rows(.readHistory, [step.seconds, useCase, Self.text(from), Self.text(to), limit])
                .compactMap { row in
                    guard let start = Self.seconds(row["bucket"]) else { return nil }
                    var bucket = HistoryBucket(start: start, useCase: row["name"])
                    (bucket.claimed, bucket.done, bucket.error) = (row["claimed"], row["done"], row["error"])
                    bucket.handedBack = row["handed_back"]
                    (bucket.waitSeconds, bucket.runSeconds) = (row["wait_seconds"], row["run_seconds"])
                    bucket.waits = HistoryBucket.counts(row["waits"])
                    bucket.runs = HistoryBucket.counts(row["runs"])
                    (bucket.dueMost, bucket.runningMost) = (row["due_most"], row["running_most"])
                    bucket.oldestMost = row["oldest_most"]
                    bucket.errors = HistoryBucket.errors(row["errors"])
                    return bucket
                }
        }
    }

    /// Returns the start of the newest bucket, and the present moment.
    package func newestHistory(_ step: HistoryStep) throws(StoreError) -> (start: Int?, now: Int) {
        let newest = try read("newest_history") { db in
            Self.seconds(try db.row(.newestHistory, [step.seconds])?["bucket"])
        }
        return (newest, Int(Timestamp.now.microseconds / 1_000_000))
    }

    /// Deletes old buckets.
    package func cutHistory(_ step: HistoryStep, before moment: Int, limit: Int) throws(StoreError) -> Int {
        try write("cut_history") { db in
            try db.run(.cutHistoryErrors, [step.seconds, Self.text(moment)])
            return try db.rows(.cutHistory, [step.seconds, Self.text(moment), limit]).count
        }
    }

    private static func text(_ moment: Int) -> String { Timestamp(microseconds: Int64(moment) * 1_000_000).text }

    private static func seconds(_ text: String?) -> Int? {
        text.flatMap(Timestamp.init).map { Int($0.microseconds / 1_000_000) }
    }
}
