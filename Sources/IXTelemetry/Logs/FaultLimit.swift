import Synchronization

/// `FaultLimit` limits repeated faults: each kind is logged up to 20 times at once and then once a second. The next
/// line of the kind states the number of dropped lines. A thousand jobs with the same fault therefore don't fill a
/// disk.
final class FaultLimit: Sendable {
    enum Decision: Sendable, Equatable {
        /// The line is logged; `dropped` lines of the kind were dropped since the last line.
        case pass(dropped: Int)
        case drop
    }

    private struct Bucket {
        var tokens: Double
        var filledAt: ContinuousClock.Instant
        var dropped = 0
    }

    private static let size = 20.0
    /// The maximum number of kinds remembered, because messages of foreign code could be many. At the limit all kinds
    /// are forgotten.
    private static let kinds = 500
    private let buckets = Mutex<[String: Bucket]>([:])

    func admit(_ kind: String, now: ContinuousClock.Instant) -> Decision {
        buckets.withLock { buckets in
            if buckets.count >= Self.kinds, buckets[kind] == nil { buckets = [:] }
            var bucket = buckets[kind] ?? Bucket(tokens: Self.size, filledAt: now)
            defer { buckets[kind] = bucket }
            return Self.take(&bucket, now)
        }
    }

    private static func take(_ bucket: inout Bucket, _ now: ContinuousClock.Instant) -> Decision {
        let elapsed = now - bucket.filledAt
        bucket.tokens = min(size, bucket.tokens + elapsed / .seconds(1))
        bucket.filledAt = now
        guard bucket.tokens >= 1 else {
            bucket.dropped += 1
            return .drop
        }
        bucket.tokens -= 1
        defer { bucket.dropped = 0 }
        return .pass(dropped: bucket.dropped)
    }
}
