import Synchronization

/// Failed logins of each address within a minute.
///
/// Guarantees: only failures are answered by it, so that a valid token opens a session whatever others do.
final class FailedLogins: Sendable {
    private struct Minute {
        let start: ContinuousClock.Instant
        var count = 0
    }

    private static let most = 10
    private static let minute: Duration = .seconds(60)
    private static let addresses = 10_000

    private let minutes = Mutex<[String: Minute]>([:])

    /// Counts a failure. Returns the time until the address may fail again; nil while it may.
    func count(_ address: String) -> Duration? {
        let (key, now) = (Network.neighbourhood(of: address), ContinuousClock.now)
        return minutes.withLock { minutes in
            if minutes.count >= Self.addresses, minutes[key] == nil {
                minutes = minutes.filter { now - $0.value.start < Self.minute }
                if minutes.count >= Self.addresses { minutes = [:] }
            }
            var entry = minutes[key] ?? Minute(start: now)
            if now - entry.start >= Self.minute { entry = Minute(start: now) }
            entry.count += 1
            minutes[key] = entry
            return entry.count > Self.most ? Self.minute - (now - entry.start) : nil
        }
    }
}

/// The requests of each token, where `[http] rate` bounds them: so many a second, and as many at once.
final class RequestRates: Sendable {
    private struct Bucket {
        var level: Double
        var at: ContinuousClock.Instant
    }

    private static let most = 10_000

    private let rate: Double
    private let buckets = Mutex<[String: Bucket]>([:])

    /// Creates rates of `rate` requests a second; 0 bounds none.
    init(_ rate: Int) { self.rate = Double(rate) }

    /// Counts a request of a token. Returns false when the token has used up its rate.
    func take(_ key: String) -> Bool {
        guard rate > 0 else { return true }
        let now = ContinuousClock.now
        return buckets.withLock { buckets in
            if buckets.count >= Self.most, buckets[key] == nil {
                // A bucket that has filled up again says nothing.
                buckets = buckets.filter { now - $0.value.at < .seconds(1) }
            }
            var bucket = buckets[key] ?? Bucket(level: rate, at: now)
            bucket.level = min(rate, bucket.level + (now - bucket.at) / .seconds(1) * rate)
            bucket.at = now
            defer { buckets[key] = bucket }
            guard bucket.level >= 1 else { return false }
            bucket.level -= 1
            return true
        }
    }
}
