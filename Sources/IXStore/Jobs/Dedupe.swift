package import IXCore

/// The key of a job's purpose, whatever its request_id, and the treatment of a second request with an equal key. Keys
/// of different clients or use cases never meet.
package struct Dedupe: Sendable, Equatable {
    /// What comes of a request whose key a job has.
    package enum Rule: String, Sendable, CaseIterable {
        /// While a job with the key is pending or running, the job answers for the request.
        case skip
        /// A single job in `seconds`, which answers for all other requests of the time.
        case throttle
        /// The new job takes the place of a pending one, which ends in error `superseded`.
        case replace
    }

    /// The key: 1 to 255 bytes without control characters.
    package let key: String
    package let rule: Rule
    /// The time of a throttle. Of a replacement: the longest time from the first job of a row of replacements to a `run_at`;
    /// nil for no bound.
    package let seconds: Double?

    /// Checks the members as every door does; returns nil when none is given. `rule` nil: skip.
    ///
    /// Failure: `InvalidInput` naming `dedupe_key`, `dedupe` or `dedupe_seconds`.
    package init?(key: String?, rule: String? = nil, seconds: Double? = nil) throws(InvalidInput) {
        guard let key else {
            guard rule == nil, seconds == nil else { throw InvalidInput("dedupe_key", "is missing") }
            return nil
        }
        self.key = try Keys.validated(key, field: "dedupe_key")
        guard let rule = Rule(rawValue: rule ?? Rule.skip.rawValue) else {
            throw InvalidInput("dedupe", "must be skip, throttle or replace")
        }
        self.rule = rule
        self.seconds = seconds
        switch (rule, seconds) {
        case (.throttle, nil): throw InvalidInput("dedupe_seconds", "is missing beside throttle")
        case (.skip, .some): throw InvalidInput("dedupe_seconds", "goes with throttle and replace alone")
        case (_, let time?) where !Self.times.contains(time):
            throw InvalidInput("dedupe_seconds", "must be 0.001 to 31536000")
        default: break
        }
    }

    /// The members of a job's object, under the names of every door.
    package var members: [(name: String, json: String)] {
        [("dedupe_key", JSONPairs.literal(key)), ("dedupe", JSONPairs.literal(rule.rawValue))]
            + (seconds.map { [("dedupe_seconds", "\($0)")] } ?? [])
    }

    private static let times = 0.001...31_536_000.0
}
