import IXCore
package import IXStore

extension PostgresOperations {
    /// Adds the buckets to the present minute in one transaction.
    package func addHistory(_ buckets: [HistoryBucket]) throws(StoreError) {
        try put(buckets, .minute, start: { _ in "null" }, replaces: false)
    }

    /// Puts the buckets in place of others in one transaction.
    package func replaceHistory(_ buckets: [HistoryBucket], step: HistoryStep) throws(StoreError) {
        try put(buckets, step, start: { "\($0.start)" }, replaces: true)
    }

    private func put(
        _ buckets: [HistoryBucket], _ step: HistoryStep, start: (HistoryBucket) -> String, replaces: Bool
    ) throws(StoreError) {
        let items = buckets.map { JSONPairs([("start", start($0))] + $0.pairs).text }
        let errors = buckets.flatMap { bucket in
            bucket.errors.map { code, count in
                JSONPairs([
                    ("start", start(bucket)), ("use_case", JSONPairs.literal(bucket.useCase)),
                    ("code", JSONPairs.literal(code)), ("count", "\(count)"),
                ]).text
            }
        }
        let call = { (statement: Statement, items: [String]) in
            PostgresLink.Call(
                statement, ["\(step.seconds)", replaces ? "t" : "f", "[" + items.joined(separator: ",") + "]"])
        }
        guard !items.isEmpty else { return }
        let calls = [call(.addHistory, items)] + (errors.isEmpty ? [] : [call(.addHistoryErrors, errors)])
        _ = try pipeline(calls)
    }

    /// Returns stored buckets in order.
    package func storedHistory(
        _ step: HistoryStep, useCase: String?, from: Int, to: Int, limit: Int
    ) throws(StoreError) -> [HistoryBucket] {
        if useCase?.utf8.contains(0) == true { return [] }
        return try run(.readHistory, ["\(step.seconds)", useCase, "\(from)", "\(to)", "\(limit)"]).map { row in
            var bucket = HistoryBucket(start: row.int("start"), useCase: row.string("use_case"))
            (bucket.claimed, bucket.done, bucket.error) = (row.int("claimed"), row.int("done"), row.int("error"))
            bucket.handedBack = row.int("handed_back")
            (bucket.waitSeconds, bucket.runSeconds) = (row.double("wait_seconds") ?? 0, row.double("run_seconds") ?? 0)
            bucket.waits = HistoryBucket.counts(row.text("waits"))
            bucket.runs = HistoryBucket.counts(row.text("runs"))
            bucket.dueMost = row.text("due_most").flatMap { Int($0) }
            bucket.runningMost = row.text("running_most").flatMap { Int($0) }
            bucket.oldestMost = row.double("oldest_most")
            bucket.errors = HistoryBucket.errors(row.text("errors"))
            return bucket
        }
    }

    /// Returns the start of the newest bucket, and the server's clock.
    package func newestHistory(_ step: HistoryStep) throws(StoreError) -> (start: Int?, now: Int) {
        guard let row = try run(.newestHistory, ["\(step.seconds)"]).first else { throw fault(.newestHistory) }
        return (row.text("start").flatMap { Int($0) }, row.int("now"))
    }

    /// Deletes old buckets; rows that another daemon deletes are left to it.
    package func cutHistory(_ step: HistoryStep, before moment: Int, limit: Int) throws(StoreError) -> Int {
        try run(.cutHistory, ["\(step.seconds)", "\(moment)", "\(limit)"]).first?.int("count") ?? 0
    }
}
