import IXCore
import Testing

@testable import IXSchedules

/// Rules and moments as tests write them.
enum Moments {
    /// The rule of a cron expression in a zone of this machine.
    static func rule(_ cron: String, _ zone: String = "UTC") throws -> ScheduleRule {
        try ScheduleRule.read(cron: cron, every: nil, timeZone: zone)
    }

    static func at(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

    /// The next moments without their fractions, as `2026-03-29T01:00:00Z`.
    static func next(_ rule: ScheduleRule, after text: String, count: Int) throws -> [String] {
        var (found, moment): ([String], Timestamp?) = ([], try at(text))
        while found.count < count {
            moment = moment.flatMap { rule.next(after: $0) }
            guard let moment else { break }
            found.append(String(moment.text.dropLast(8)) + "Z")
        }
        return found
    }
}
