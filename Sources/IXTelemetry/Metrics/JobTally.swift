/// `JobTally` is what happened to the jobs of a use case in this daemon: since the start, or between two readings.
package struct JobTally: Sendable, Equatable {
    /// Claimed jobs.
    package var claimed = 0
    /// Jobs ended as `done`.
    package var done = 0
    /// Jobs ended as `error`.
    package var error = 0
    /// Jobs that went back to `pending`.
    package var handedBack = 0
    /// The sum of the waits, in seconds.
    package var waitSeconds = 0.0
    /// The sum of the runs, in seconds.
    package var runSeconds = 0.0
    /// The waits by the buckets of `ix_job_wait_seconds`; empty for none.
    package var waits: [Int] = []
    /// The runs by the buckets of `ix_job_run_seconds`; empty for none.
    package var runs: [Int] = []
    /// Jobs ended as `error` by code; `own` stands for the codes of pipelines.
    package var errors: [String: Int] = [:]

    /// Creates a tally of nothing.
    package init() {}

    /// True when nothing happened.
    package var isEmpty: Bool { claimed + done + error + handedBack == 0 }

    /// Returns what happened after the reading `earlier`.
    package func since(_ earlier: JobTally) -> JobTally {
        var tally = self
        tally.claimed -= earlier.claimed
        tally.done -= earlier.done
        tally.error -= earlier.error
        tally.handedBack -= earlier.handedBack
        tally.waitSeconds -= earlier.waitSeconds
        tally.runSeconds -= earlier.runSeconds
        tally.waits = Self.difference(waits, earlier.waits)
        tally.runs = Self.difference(runs, earlier.runs)
        tally.errors = errors.compactMapValues { $0 }
        for (code, count) in earlier.errors { tally.errors[code, default: 0] -= count }
        tally.errors = tally.errors.filter { $0.value > 0 }
        return tally
    }

    private static func difference(_ later: [Int], _ earlier: [Int]) -> [Int] {
        later.enumerated().map { index, count in count - (index < earlier.count ? earlier[index] : 0) }
    }

    fileprivate mutating func add(_ reading: HistogramCell.Reading, to counts: WritableKeyPath<JobTally, [Int]>) {
        let own = self[keyPath: counts]
        self[keyPath: counts] = reading.counts.enumerated().map { index, count in
            Int(count) + (index < own.count ? own[index] : 0)
        }
    }
}

extension MetricRegistry {
    /// The tallies since the start, by the label `use_case`.
    package var tallies: [String: JobTally] {
        var tallies: [String: JobTally] = [:]
        for (labels, count) in counts(of: .jobsClaimed) { tallies[labels[0], default: JobTally()].claimed = count }
        for (labels, count) in counts(of: .jobsEnded) {
            let path: WritableKeyPath<JobTally, Int> = labels[1] == "done" ? \.done : \.error
            tallies[labels[0], default: JobTally()][keyPath: path] += count
        }
        for (labels, count) in counts(of: .jobsHandedBack) {
            tallies[labels[0], default: JobTally()].handedBack += count
        }
        for (labels, count) in counts(of: .jobsErrors) where count > 0 {
            tallies[labels[0], default: JobTally()].errors[labels[1]] = count
        }
        for (labels, reading) in readings(of: .jobWait) {
            tallies[labels[0], default: JobTally()].waitSeconds += reading.seconds
            tallies[labels[0], default: JobTally()].add(reading, to: \.waits)
        }
        for (labels, reading) in readings(of: .jobRun) {
            tallies[labels[0], default: JobTally()].runSeconds += reading.seconds
            tallies[labels[0], default: JobTally()].add(reading, to: \.runs)
        }
        return tallies
    }
}
