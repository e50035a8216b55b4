package import IXHistory

/// The result of a storm.
package struct StormResult: Sendable {
    /// The check of the storm's history.
    package let check: HistoryCheck
    /// Runs whose result the daemons saw fenced or dropped.
    package let daemonsRefused: Int
    /// Writes refused by the database's guards. Must be 0, because daemons never make such writes.
    package let guardRefused: Int
    /// The settings of the storm.
    package let settings: StormSettings

    /// True when the check found no violation, the guards refused no write, and every stop was fast enough.
    package var isGood: Bool {
        check.violations.isEmpty && guardRefused == 0 && stopsInBound == check.figures.stops.count
    }

    private var stopsInBound: Int { check.figures.stops.count { $0 <= StormSettings.stopBound } }

    /// A table for people.
    package var text: String { (whatHappened + whatItTook).joined(separator: "\n") }

    private var figures: Figures { check.figures }

    private var whatHappened: [String] {
        let faults = Fault.Kind.allCases.map { "\($0.rawValue) \(figures.faults[$0] ?? 0)" }.joined(separator: ", ")
        let ends = "done \(figures.done), cancelled \(figures.cancelled), exhausted \(figures.exhausted)"
        return [
            Self.line("servers", "\(settings.servers.rawValue), seed \(settings.seed)"), Self.line("faults", faults),
            Self.line("jobs", "\(figures.jobs), acknowledged \(figures.acknowledged), lost \(figures.lost)"),
            Self.line("ended", "\(figures.ended): \(ends)"), Self.line("starts per job", starts),
            Self.line("results refused", "\(daemonsRefused) of runs that no longer held their job"),
            Self.line("writes refused", "\(guardRefused) by the guards"), Self.line("callbacks", callbacks),
            Self.line("violations", "\(check.violations.count)"),
        ]
    }

    private var whatItTook: [String] {
        let lease = StormSettings.lease + StormSettings.sweep
        let bound = "\(stopsInBound) of \(figures.stops.count) within \(StormSettings.stopBound) s; "
        return [
            Self.line("back after kill -9", Self.times(figures.recoveries)),
            Self.line("back after a loss", Self.times(figures.takeovers) + "; lease + sweep is \(lease) s"),
            Self.line("stops", bound + Self.times(figures.stops.sorted())),
        ]
    }

    private var starts: String {
        let starts = figures.starts
        let mean = starts.isEmpty ? 0 : Double(starts.reduce(0, +)) / Double(starts.count)
        return "\(Self.two(mean)) on average, \(starts.max() ?? 0) at most"
    }

    private var callbacks: String {
        let without = figures.ended - figures.deliveredJobs
        return "\(figures.deliveries) for \(figures.deliveredJobs) jobs, \(without) jobs without"
    }

    private static func line(_ name: String, _ value: String) -> String {
        name + String(repeating: " ", count: Swift.max(1, 22 - name.count)) + value
    }

    private static func times(_ values: [Double]) -> String {
        guard let half = values.percentile(0.5), let most = values.percentile(0.99), let last = values.last else {
            return "none"
        }
        return "p50 \(two(half)) s, p99 \(two(most)) s, max \(two(last)) s of \(values.count)"
    }

    private static func two(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
}
