/// The numbers of a history.
package struct Figures: Sendable {
    /// Acknowledged jobs.
    package var acknowledged = 0
    /// Acknowledged jobs which are missing or have not ended.
    package var lost = 0
    /// Callbacks received, repeated callbacks included.
    package var deliveries = 0
    /// Jobs with at least one callback received.
    package var deliveredJobs = 0
    /// Callbacks received after the first of their job.
    package var repeatedDeliveries = 0
    /// Jobs with a row.
    package var jobs = 0
    /// Jobs ended with status `done`.
    package var done = 0
    /// Jobs which have ended.
    package var ended = 0
    /// Jobs ended as cancelled.
    package var cancelled = 0
    /// Jobs ended as `attempts_exhausted`.
    package var exhausted = 0
    /// Number of claims of each ended job.
    package var starts: [Int] = []
    /// Seconds from kill -9 until the killed daemon's last job was handed back by the instance's next start.
    package var recoveries: [Double] = []
    /// Seconds from kill -9 until the last job of a host which stays away was handed back.
    package var takeovers: [Double] = []
    /// Seconds from TERM to the exit.
    package var stops: [Double] = []
    /// Number of faults of each kind.
    package var faults: [Fault.Kind: Int] = [:]

    /// Creates figures with zeros.
    package init() {}

    mutating func measure(_ history: History, _ checks: [String: JobCheck]) {
        for fault in history.faults { faults[fault.kind, default: 0] += 1 }
        stops = history.faults.filter { $0.kind == .term }.compactMap(\.took)
        jobs = checks.count
        for check in checks.values {
            guard let row = check.end?.new else { continue }
            ended += 1
            starts.append(check.claims.count)
            if row.status == "done" { done += 1 }
            if row.isCancelled { cancelled += 1 }
            if row.response?.contains("\"attempts_exhausted\"") == true { exhausted += 1 }
        }
        recoveries = Self.handBacks(after: .kill, history)
        takeovers = Self.handBacks(after: .loss, history)
    }

    /// Returns, for each daemon killed with running jobs, the seconds until the daemon's last job was handed back.
    private static func handBacks(after kind: Fault.Kind, _ history: History) -> [Double] {
        var freed: [String: Double] = [:]
        for event in history.events {
            guard let worker = event.old?.daemonID, event.old?.status == "running", event.new?.daemonID == nil else {
                continue
            }
            freed[worker] = event.at
        }
        return history.faults.filter { $0.kind == kind }.compactMap { fault in
            guard let worker = fault.daemonID, let at = freed[worker], at > fault.at else { return nil }
            return at - fault.at
        }.sorted()
    }
}

extension [Double] {
    /// Returns the value below which `share` of the values lies; nil for an empty array. Requires: sorted.
    package func percentile(_ share: Double) -> Double? {
        let index = Int((Double(count) * share).rounded(.up)) - 1
        return isEmpty ? nil : self[Swift.min(Swift.max(index, 0), count - 1)]
    }
}
