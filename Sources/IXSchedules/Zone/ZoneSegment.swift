/// A stretch of time in which a zone's clock runs without a change. Seconds since 1970-01-01T00:00Z.
struct ZoneSegment: Sendable, Hashable {
    /// The first second; `Int.min` when no change came before.
    let start: Int
    /// The first second of the next stretch; `Int.max` when no change comes after.
    let end: Int
    /// Seconds to add to UTC for the local time, positive east of Greenwich.
    let offset: Int

    /// Limit of an offset, both ways.
    static let largestOffset = 26 * 3_600
}
