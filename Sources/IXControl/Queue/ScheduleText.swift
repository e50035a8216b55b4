import IXCore
import IXRepresentation
import IXStore

/// The schedules in the statistics as text for people.
struct ScheduleText {
    private let outlook: ScheduleOutlook
    private let clock: ClockText

    init(_ outlook: ScheduleOutlook, _ clock: ClockText) { (self.outlook, self.clock) = (outlook, clock) }

    /// How many schedules there are, and the next moment.
    var line: String {
        let counts = outlook.counts
        let states = [(counts.on, "on"), (counts.paused, "paused"), (counts.halted, "halted")]
        let told = states.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        return "schedules: \(told)" + (outlook.nextAt.map { "; the next moment is \(clock.text($0.text))" } ?? "")
    }

    /// The conditions which need an operator's attention.
    var warnings: [String] {
        var lines: [String] = []
        if outlook.counts.halted > 0 {
            lines.append(
                "\(outlook.counts.halted) schedules are halted: they can insert no job; see ixctl schedule list")
        }
        if outlook.late > 0 {
            let age = outlook.oldestLate.map { ", the oldest for \(DurationText.brief($0))" } ?? ""
            lines.append("\(outlook.late) schedules are late\(age): no daemon has fired them")
        }
        return lines
    }
}
