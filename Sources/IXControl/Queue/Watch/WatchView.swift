import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore

/// The result of the last read, as a screen, a line of text or a line of JSON.
struct WatchView: Sendable {
    /// The statistics of the last read; nil until the database has answered once.
    var statistics: Statistics?
    var errors: [JobSummary] = []
    /// False where ended jobs are left out, because their count takes too long.
    var countsEnded = true
    /// Jobs inserted per second since the previous read; nil after the first read.
    var inserted: Double?
    /// Jobs ended per second since the previous read; nil after the first read.
    var ended: Double?
    /// The error while the database doesn't answer, and its duration in seconds; nil otherwise.
    var trouble: (reason: String, seconds: Double)?

    /// Returns all lines, cut to `columns`.
    func lines(columns: Int, interval: Duration) -> [String] {
        var lines = ["ixctl watch, every \(Self.rounded(interval.inSeconds))s   \(rates)   q ends"]
        if let trouble {
            lines.append(
                "! the database is unavailable (\(DurationText.brief(trouble.seconds))): \(trouble.reason)")
        }
        if let statistics { lines += StatisticsText(statistics, countsEnded: countsEnded).lines(fitting: columns) }
        if !errors.isEmpty { lines += ["", "latest errors"] + errorTable.lines(fitting: columns) }
        return lines.map { ScreenText($0).shortened(to: columns).text }
    }

    /// One line of text.
    var line: String {
        let time = Self.time
        if let trouble {
            let reason = PrintedText.safe(trouble.reason)
            return "\(time)  the database is unavailable (\(DurationText.brief(trouble.seconds))): \(reason)"
        }
        guard let total = statistics?.total, let daemons = statistics?.daemons.count else { return time }
        let oldest = total.oldestDue.map { " oldest=\(DurationText.brief($0))" } ?? ""
        return "\(time)  due=\(total.due)\(oldest) scheduled=\(total.scheduled) running=\(total.running) "
            + (countsEnded ? "done=\(total.done) error=\(total.error) " : "") + "daemons=\(daemons)  \(rates)"
    }

    /// One line of JSON. While the database is away, the line holds only `time` and `database_error`.
    var json: String {
        let time = ("time", JSONPairs.literal(Self.time))
        if let trouble {
            return JSONPairs([time, ("database_error", JSONPairs.literal(trouble.reason))]).text
        }
        guard let statistics else { return JSONPairs([time]).text }
        let rates = [
            ("inserted_per_second", JSONPairs.number(inserted)), ("ended_per_second", JSONPairs.number(ended)),
        ]
        let errors = "[" + errors.map(\.json).joined(separator: ",") + "]"
        return JSONPairs(
            [time] + rates + StatisticsJSON(statistics, countsEnded: countsEnded).pairs + [("latest_errors", errors)]
        ).text
    }

    private var rates: String {
        guard let inserted, let ended else { return "inserted -/s  ended -/s" }
        return "inserted \(Self.rounded(inserted))/s  ended \(Self.rounded(ended))/s\(timeLeft(ended - inserted))"
    }

    /// The time in which the due jobs end at this rate; empty for a few jobs, and for a queue that doesn't get shorter.
    private func timeLeft(_ rate: Double) -> String {
        guard let due = statistics?.total.due, due >= 100, rate > 0 else { return "" }
        return "  empty in \(DurationText.brief(Double(due) / rate))"
    }

    private var errorTable: TextTable {
        var table = TextTable([
            .init(heading: "JOB"), .init(heading: "AGE", alignment: .right), .init(heading: "USE CASE", least: 6),
            .init(heading: "ERROR", least: 5),
        ])
        for job in errors {
            table.add([
                job.jobID.shortText, DurationText.brief(job.age), job.names.useCase, job.reason,
            ])
        }
        return table
    }

    private static var time: String { Date.now.formatted(.iso8601) }

    private static func rounded(_ value: Double) -> String {
        value < 10 && value != value.rounded() ? "\((value * 10).rounded() / 10)" : "\(Int(value.rounded()))"
    }
}
