/// What a history comes to in numbers.
package struct Figures: Sendable {
    package var acknowledged = 0
    package var lost = 0
    package var deliveries = 0
    package var deliveredJobs = 0
    package var repeatedDeliveries = 0
    package var jobs = 0
    package var done = 0
    package var ended = 0
    package var cancelled = 0
    package var exhausted = 0
    /// Claims per job that has ended.
    package var starts: [Int] = []
    /// Seconds from kill -9 until the last job of the dead was handed back, by the next start of the same instance.
    package var recoveries: [Double] = []
    /// Seconds from kill -9 until the last job of a host that stayed away was handed back.
    package var takeovers: [Double] = []
    /// Seconds from TERM to the exit.
    package var stops: [Double] = []
    package var faults: [Fault.Kind: Int] = [:]

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

    /// For each daemon that was killed with jobs in hand: when the last of them was free again.
    private static func handBacks(after kind: Fault.Kind, _ history: History) -> [Double] {
        var freed: [String: Double] = [:]
        for event in history.events {
            guard let worker = event.old?.workerID, event.old?.status == "running", event.new?.workerID == nil else {
                continue
            }
            freed[worker] = event.at
        }
        return history.faults.filter { $0.kind == kind }.compactMap { fault in
            guard let worker = fault.workerID, let at = freed[worker], at > fault.at else { return nil }
            return at - fault.at
        }.sorted()
    }
}

extension [Double] {
    /// The value below which so much of the whole lies; nil of nothing. Requires: sorted.
    package func percentile(_ share: Double) -> Double? {
        let place = Int((Double(count) * share).rounded(.up)) - 1
        return isEmpty ? nil : self[Swift.min(Swift.max(place, 0), count - 1)]
    }
}
