import IXCore

/// `HistoryStep` is the length of the history's buckets.
package enum HistoryStep: Int, Sendable, CaseIterable {
    case minute = 60
    case hour = 3600
    case day = 86400

    /// The length in seconds.
    package var seconds: Int { rawValue }

    /// The age at which buckets of this length are deleted.
    package var keep: Duration {
        switch self {
        case .minute: .seconds(48 * 3600)
        case .hour: .seconds(90 * 86400)
        case .day: .seconds(5 * 365 * 86400)
        }
    }

    /// The step from which buckets of this length are summed up; nil for the smallest.
    package var source: HistoryStep? {
        switch self {
        case .minute: nil
        case .hour: .minute
        case .day: .hour
        }
    }

    /// Returns the start of the bucket of a moment, in seconds since 1970.
    package func start(of moment: Int) -> Int { moment - ((moment % rawValue) + rawValue) % rawValue }
}

/// `HistoryBucket` is what happened to the jobs of a use case in a minute, an hour or a day.
package struct HistoryBucket: Sendable, Equatable {
    /// The start of the bucket, in seconds since 1970, by the store's clock.
    package var start: Int
    /// The use case.
    package let useCase: String
    /// Jobs claimed.
    package var claimed = 0
    /// Jobs ended as `done` by a daemon.
    package var done = 0
    /// Jobs ended as `error` by a daemon.
    package var error = 0
    /// Jobs that went back to `pending`.
    package var handedBack = 0
    /// The sum of the waits, in seconds.
    package var waitSeconds = 0.0
    /// The sum of the runs, in seconds.
    package var runSeconds = 0.0
    /// The waits by buckets of the histogram; empty for none.
    package var waits: [Int] = []
    /// The runs by buckets of the histogram; empty for none.
    package var runs: [Int] = []
    /// The most due jobs at a look; nil without a look.
    package var dueMost: Int?
    /// The most running jobs at a look; nil without a look.
    package var runningMost: Int?
    /// The greatest age of the oldest due job at a look, in seconds; nil without a look.
    package var oldestMost: Double?
    /// Jobs ended as `error`, by code.
    package var errors: [String: Int] = [:]

    /// Creates a bucket of nothing. `start` is left out for the minute of the store's clock.
    package init(start: Int = 0, useCase: String) { (self.start, self.useCase) = (start, useCase) }

    /// True when there is nothing to add.
    package var isEmpty: Bool {
        claimed + done + error + handedBack == 0 && dueMost == nil && runningMost == nil && errors.isEmpty
    }

    /// Adds what happened in another bucket.
    package mutating func add(_ other: HistoryBucket) {
        claimed += other.claimed
        done += other.done
        error += other.error
        handedBack += other.handedBack
        waitSeconds += other.waitSeconds
        runSeconds += other.runSeconds
        waits = Self.sum(waits, other.waits)
        runs = Self.sum(runs, other.runs)
        dueMost = [dueMost, other.dueMost].compactMap { $0 }.max()
        runningMost = [runningMost, other.runningMost].compactMap { $0 }.max()
        oldestMost = [oldestMost, other.oldestMost].compactMap { $0 }.max()
        errors.merge(other.errors, uniquingKeysWith: +)
    }

    private static func sum(_ left: [Int], _ right: [Int]) -> [Int] {
        (0..<max(left.count, right.count)).map {
            ($0 < left.count ? left[$0] : 0) + ($0 < right.count ? right[$0] : 0)
        }
    }

    /// Returns the sums of `buckets` by use case and bucket of `step`, in the order of the store: by start, then use
    /// case.
    package static func summed(_ buckets: [HistoryBucket], to step: HistoryStep) -> [HistoryBucket] {
        var sums: [String: HistoryBucket] = [:]
        for bucket in buckets {
            let start = step.start(of: bucket.start)
            let key = "\(start) \(bucket.useCase)"
            var sum = sums[key] ?? HistoryBucket(start: start, useCase: bucket.useCase)
            sum.add(bucket)
            sums[key] = sum
        }
        return sums.values.sorted { ($0.start, $0.useCase) < ($1.start, $1.useCase) }
    }
}

/// `HistoryFilter` chooses buckets of the history.
package struct HistoryFilter: Sendable {
    /// The length of the buckets.
    package var step: HistoryStep
    /// The only use case; nil for all.
    package var useCase: String?
    /// Buckets that start at this moment or later, in seconds since 1970; nil: as many as a screen shows.
    package var from: Int?
    /// Buckets that start before this moment; nil: up to now.
    package var to: Int?

    /// Creates a filter.
    package init(step: HistoryStep, useCase: String? = nil, from: Int? = nil, to: Int? = nil) {
        (self.step, self.useCase, self.from, self.to) = (step, useCase, from, to)
    }

    /// The buckets that are read at most.
    package static let most = 20_000

    /// The number of buckets of a use case without `from`.
    package static let usual = 60
}

/// `HistoryReading` shows what happened, in buckets of a minute, an hour and a day.
package protocol HistoryReading {
    /// Returns stored buckets with `from <= start < to`, by start and use case; at most `limit`.
    func storedHistory(
        _ step: HistoryStep, useCase: String?, from: Int, to: Int, limit: Int
    ) throws(StoreError) -> [HistoryBucket]

    /// Returns the start of the newest bucket of a step, and the present moment, in seconds since 1970 by the store's
    /// clock. The start is nil without a bucket.
    func newestHistory(_ step: HistoryStep) throws(StoreError) -> (start: Int?, now: Int)
}

/// `HistoryRecords` keeps what happened, in buckets of a minute, an hour and a day.
package protocol HistoryRecords: HistoryReading {
    /// Adds what happened to the buckets of the present minute, by the store's clock.
    ///
    /// Requires: each use case once.
    func addHistory(_ buckets: [HistoryBucket]) throws(StoreError)

    /// Puts buckets in place of those of the same start, use case and step.
    func replaceHistory(_ buckets: [HistoryBucket], step: HistoryStep) throws(StoreError)

    /// Deletes buckets of a step that start before `moment`; at most `limit`. Returns the number of deleted buckets.
    func cutHistory(_ step: HistoryStep, before moment: Int, limit: Int) throws(StoreError) -> Int
}

extension HistoryReading {
    /// Returns the buckets of a filter. Hours and days since the last roll-up are summed up from smaller buckets.
    package func history(_ filter: HistoryFilter) throws(StoreError) -> [HistoryBucket] {
        let now = try newestHistory(filter.step).now
        let to = filter.to ?? now + 1
        let from = filter.from ?? filter.step.start(of: to - 1) - filter.step.seconds * (HistoryFilter.usual - 1)
        return try buckets(filter.step, filter.useCase, from: from, to: to)
    }

    private func buckets(
        _ step: HistoryStep, _ useCase: String?, from: Int, to: Int
    ) throws(StoreError) -> [HistoryBucket] {
        let most = HistoryFilter.most
        guard let source = step.source else {
            return try storedHistory(step, useCase: useCase, from: from, to: to, limit: most)
        }
        // The newest stored bucket may be of an hour that went on after the roll-up.
        guard let newest = try newestHistory(step).start else {
            return HistoryBucket.summed(try buckets(source, useCase, from: step.start(of: from), to: to), to: step)
                .filter { $0.start >= from }
        }
        let stored = try storedHistory(step, useCase: useCase, from: from, to: min(newest, to), limit: most)
        guard to > newest else { return stored }
        let rest = try buckets(source, useCase, from: max(newest, step.start(of: from)), to: to)
        return stored + HistoryBucket.summed(rest, to: step).filter { $0.start >= from }
    }
}

extension HistoryRecords {
    /// Sums smaller buckets up to hours and days, and deletes what is older than its step keeps. Returns true when more
    /// is left to delete.
    package func rollHistory() throws(StoreError) -> Bool {
        var now = 0
        for step in [HistoryStep.hour, .day] {
            guard let source = step.source else { continue }
            let newest: Int?
            (newest, now) = try newestHistory(step)
            // From the newest bucket on, because the bucket may have gone on after the last roll-up.
            let oldest = step.start(of: now - Int(source.keep.components.seconds)) + step.seconds
            var from = max(newest ?? oldest, oldest)
            // From one hour with a bucket to the next, because a table without any has hundreds of hours.
            while let next = try storedHistory(source, useCase: nil, from: from, to: now, limit: 1).first {
                let start = step.start(of: next.start)
                let parts = try storedHistory(
                    source, useCase: nil, from: start, to: start + step.seconds, limit: Int(Int32.max))
                try replaceHistory(HistoryBucket.summed(parts, to: step), step: step)
                from = start + step.seconds
            }
        }
        var isMore = false
        for step in HistoryStep.allCases {
            let cut = try cutHistory(step, before: now - Int(step.keep.components.seconds), limit: Self.cutBatch)
            isMore = isMore || cut == Self.cutBatch
        }
        return isMore
    }

    private static var cutBatch: Int { 5000 }
}
