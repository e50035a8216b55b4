import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore

/// The statistics as text for people: warnings first, then the numbers.
struct StatisticsText {
    private let statistics: Statistics
    private let countsEnded: Bool
    private let clock: ClockText

    init(_ statistics: Statistics, countsEnded: Bool, clock: ClockText = ClockText()) {
        self.clock = clock
        self.statistics = statistics
        self.countsEnded = countsEnded
    }

    func lines(fitting width: Int?) -> [String] {
        let total = statistics.total
        var lines = [headline(total)] + warnings(total).map { "! \($0)" }
        lines += [""] + useCases(total).lines(fitting: width)
        lines += ["", "daemons: \(statistics.daemons.isEmpty ? "none" : "\(statistics.daemons.count)")"]
        if !statistics.daemons.isEmpty { lines += daemons.lines(fitting: width) }
        lines += ["", callbacks(total)]
        if !statistics.schedules.isEmpty { lines.append(ScheduleText(statistics.schedules, clock).line) }
        return lines
    }

    private func headline(_ total: UseCaseCounts) -> String {
        let oldest = total.oldestDue.map { ", the oldest for \(DurationText.brief($0))" } ?? ""
        let age = statistics.countedAgo.map { ", counted \(DurationText.brief($0)) ago" } ?? ""
        let failed = total.failedStarts.map { $0 == 0 ? "" : ", \($0) starts failed" } ?? ""
        let held = total.held == 0 ? "" : " (\(total.held) in line)"
        return "\(total.due) due\(held)\(oldest); \(total.scheduled) scheduled; \(total.running) running\(failed)\(age)"
    }

    /// Returns the conditions which need an operator's attention.
    private func warnings(_ total: UseCaseCounts) -> [String] {
        var lines: [String] = []
        if statistics.daemons.isEmpty, total.due + total.running > 0 {
            lines.append("no daemon holds a lease: no job is being claimed")
        }
        let held = statistics.daemons.reduce(0) { $0 + $1.jobs }
        if total.running > held {
            lines.append("\(total.running - held) running without a lease; the next sweep checks them")
        }
        for counts in statistics.unserved {
            let age = counts.oldestDue.map { ", the oldest for \(DurationText.brief($0))" } ?? ""
            lines.append(
                "\(counts.due + counts.scheduled) unserved: no daemon has a pipeline for use case "
                    + "\(ScreenText(counts.useCase ?? "").text)\(age)")
        }
        lines += ScheduleText(statistics.schedules, clock).warnings
        for queue in statistics.unservedQueues {
            lines.append(
                "\(queue.jobs) unserved: no daemon takes queue \(ScreenText(queue.queue).text) ([worker] queues)")
        }
        for lease in statistics.daemons {
            for breaker in lease.openBreakers {
                let pipeline = PrintedText.safe(breaker.pipeline)
                let name = PrintedText.safe("\(lease.daemon.host) (\(lease.daemon.instance))")
                let since = breaker.since.map { " since \(clock.text($0.text))" } ?? ""
                lines.append(
                    "pipeline \(pipeline) takes no jobs on \(name)\(since): \(PrintedText.safe(breaker.reason))"
                )
            }
        }
        if let xminHorizon { lines.append(xminHorizon) }
        if let wait = statistics.standbyWait {
            lines.append(
                "\(wait.sessions) commits wait for a synchronous standby that is not there "
                    + "(synchronous_standby_names = '\(ScreenText(wait.names).text)')")
        }
        if statistics.refusedWrites > 0 {
            lines.append("\(statistics.refusedWrites) writes of other programs refused so far; see ix_refused_writes")
        }
        return lines
    }

    /// Short transactions hold the xmin horizon all the time, so a warning needs 60 seconds or 100,000 transactions.
    /// holds it.
    private var xminHorizon: String? {
        guard let hold = statistics.xminHorizon, hold.seconds ?? 0 >= 60 || hold.transactions >= 100_000 else {
            return nil
        }
        let time = hold.seconds.map { "for \(DurationText.brief($0)), " } ?? ""
        return "\(ScreenText(hold.holder).text) keeps dead rows from being cleared \(time)"
            + "\(hold.transactions) transactions back: claims slow down; see ix-worker doctor"
    }

    private func useCases(_ total: UseCaseCounts) -> TextTable {
        let ended = ["DONE", "ERROR"]
        let numbers =
            ["DUE"] + (showsHeld ? ["IN LINE"] : []) + ["SCHEDULED", "RUNNING"] + (countsEnded ? ended : []) + [
                "OLDEST"
            ]
        var table = TextTable(
            [.init(heading: "USE CASE", least: 8)] + numbers.map { .init(heading: $0, alignment: .right) })
        for counts in statistics.useCases { table.add(cells(counts.useCase ?? "(none)", counts)) }
        if statistics.useCases.count != 1 { table.add(cells("total", total)) }
        return table
    }

    private func cells(_ name: String, _ counts: UseCaseCounts) -> [String] {
        [name, estimate(counts.due)] + (showsHeld ? [estimate(counts.held)] : [])
            + [estimate(counts.scheduled), "\(counts.running)"]
            + (countsEnded ? ["\(counts.done)", "\(counts.error)"] : []) + [
                counts.oldestDue.map(DurationText.brief) ?? "-"
            ]
    }

    /// True when a job stands in a line; most databases have none.
    private var showsHeld: Bool { statistics.useCases.contains { $0.held > 0 } }

    private func estimate(_ count: Int) -> String {
        statistics.isEstimate && count >= QueueLevels.exactly ? "≈\(count)" : "\(count)"
    }

    private var daemons: TextTable {
        var table = TextTable([
            .init(heading: "INSTANCE", least: 8), .init(heading: "HOST", least: 6),
            .init(heading: "PID", alignment: .right), .init(heading: "JOBS", alignment: .right),
            .init(heading: "WORKERS", alignment: .right),
            .init(heading: "LEASE", alignment: .right), .init(heading: "VERSION", least: 5),
            .init(heading: "SINCE", least: 10), .init(heading: "DAEMON", least: 8),
        ])
        for lease in statistics.daemons {
            let daemon = lease.daemon
            table.add([
                daemon.instance, daemon.host, "\(daemon.pid)", "\(lease.jobs)", lease.workersText,
                lease.leaseLeft.map(DurationText.brief) ?? "-",
                daemon.version, clock.plain(lease.startedAt), daemon.daemonID.uuidString.lowercased(),
            ])
        }
        return table
    }

    private func callbacks(_ total: UseCaseCounts) -> String {
        let outbox = statistics.callbacks
        let due = outbox.due - outbox.retrying
        let oldest = outbox.oldest.map { "; the oldest job ended \(DurationText.brief($0)) ago" } ?? ""
        let waiting = "\(due) due, \(outbox.retrying) to be tried again\(oldest)"
        guard countsEnded else { return "callbacks: \(waiting); \(outbox.failed) failed" }
        return "callbacks: \(total.callbacksDelivered) delivered, \(total.callbacksFailed) failed, "
            + "\(total.callbacksOutstanding) outstanding (\(waiting))"
    }
}
