package import IXCore

/// `ScheduleKey` is the pair of keys under which the job of a schedule's moment is inserted: a moment has one key, so a
/// repeated fire finds the former job.
package enum ScheduleKey {
    /// The client of every schedule's jobs, which no producer may name.
    package static let client = "schedule"
    /// Maximum bytes of a schedule's name, because the moment follows the name in the key.
    package static let nameBytes = 200

    /// The refusal of a producer that names the client.
    package static let refusal = InvalidInput("client_id", "schedule is kept for the jobs of schedules")

    /// Returns the request_id of a moment: `nightly@2026-03-29T01:30:00Z`, with a fraction only where the moment has one.
    package static func fire(_ name: String, at moment: Timestamp) -> String {
        let text = moment.text
        guard moment.microseconds % 1_000_000 != 0 else { return "\(name)@\(text.prefix(19))Z" }
        var digits = text.dropLast()
        while digits.last == "0" { digits.removeLast() }
        return "\(name)@\(digits)Z"
    }

    /// Returns the request_id of a fire at the operator's wish: `nightly@now-2026-03-29T01:30:00.000000Z`.
    package static func now(_ name: String, at moment: Timestamp) -> String { "\(name)@now-\(moment.text)" }

    /// True for the request_id of a fire, or of a resubmit of one: a name, `@` and a moment.
    package static func isFire(_ requestID: String) -> Bool {
        guard let at = requestID.lastIndex(of: "@"), at > requestID.startIndex else { return false }
        var moment = requestID[requestID.index(after: at)...].prefix { $0 != "~" }
        if moment.hasPrefix("now-") { moment = moment.dropFirst(4) }
        return moment.hasSuffix("Z") && Timestamp(String(moment)) != nil
    }
}
