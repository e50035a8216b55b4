import Synchronization

/// Lets a kind of fault be logged twenty times at once and then once a second; the others are counted, and the next line
/// says how many there were. A thousand jobs that fail for one reason fill no disk.
final class FaultLimit: Sendable {
    enum Verdict: Sendable, Equatable {
        /// Log it; so many were dropped since the last one.
        case pass(dropped: Int)
        case drop
    }

    private struct Bucket {
        var tokens: Double
        var filledAt: ContinuousClock.Instant
        var dropped = 0
    }

    private static let size = 20.0
    /// Kinds are few; foreign messages could be many.
    private static let kinds = 500
    private let buckets = Mutex<[String: Bucket]>([:])

    func admit(_ kind: String, now: ContinuousClock.Instant) -> Verdict {
        buckets.withLock { buckets in
            if buckets.count >= Self.kinds, buckets[kind] == nil { buckets = [:] }
            var bucket = buckets[kind] ?? Bucket(tokens: Self.size, filledAt: now)
            defer { buckets[kind] = bucket }
            return Self.take(&bucket, now)
        }
    }

    private static func take(_ bucket: inout Bucket, _ now: ContinuousClock.Instant) -> Verdict {
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
