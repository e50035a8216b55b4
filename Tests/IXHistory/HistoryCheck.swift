/// Checks a history against the queue's promises. The check works offline, from the recorded files.
package struct HistoryCheck: Sendable {
    /// The violations found; empty for a good history.
    package private(set) var violations: [Violation] = []
    /// The numbers of the history.
    package private(set) var figures = Figures()
    private let history: History
    private let jobs: [String: JobCheck]

    /// Checks `history` completely.
    package init(_ history: History) {
        self.history = history
        let events = Dictionary(grouping: history.events) { $0.jobID }
        jobs = events.mapValues { JobCheck($0.sorted { $0.number < $1.number }) }
        violations = jobs.keys.sorted().flatMap { jobs[$0]!.violations }
        checkKeys()
        checkEnqueues()
        checkStarts()
        checkDeliveries()
        checkCancels()
        for fault in CountCheck(history).faults { add(.miscounted, fault.process, fault.what) }
        figures.measure(history, jobs)
    }

    /// Checks that each pair of keys has one job, and that each job has a producer.
    private mutating func checkKeys() {
        let wanted = Set(history.enqueues.map { Key($0.clientID, $0.requestID) })
        var holders: [Key: String] = [:]
        for event in history.events where event.old == nil {
            let key = Key(event.clientID, event.requestID)
            if !wanted.contains(key) { add(.invented, event.jobID, "nobody enqueued \(key.text)") }
            if let other = holders[key], other != event.jobID {
                add(.doubled, event.jobID, "\(key.text) is \(other)'s, too")
            }
            holders[key] = event.jobID
        }
    }

    private mutating func checkEnqueues() {
        var seen: [Key: String] = [:]
        for enqueue in history.enqueues {
            guard let job = enqueue.jobID else { continue }
            let key = Key(enqueue.clientID, enqueue.requestID)
            if let before = seen[key], before != job, !history.mayForget {
                add(.doubled, job, "\(key.text) was acknowledged as \(before), too")
            }
            guard seen.updateValue(job, forKey: key) != job else { continue }
            figures.acknowledged += 1
            if jobs[job]?.end == nil { lose(job, key) }
        }
    }

    /// Records a lost job. A commit which an asynchronous standby had not received is an allowed loss, so it is only
    /// counted.
    private mutating func lose(_ job: String, _ key: Key) {
        figures.lost += 1
        guard !history.mayForget || jobs[job] != nil else { return }
        add(.lost, job, "\(key.text) was acknowledged, and \(jobs[job] == nil ? "has no row" : "has not ended")")
    }

    private mutating func checkStarts() {
        for (job, starts) in Dictionary(grouping: history.starts, by: \.jobID) {
            guard let check = jobs[job] else {
                if !history.mayForget { add(.invented, job, "it was started, and has no row") }
                continue
            }
            for (attempt, starts) in Dictionary(grouping: starts, by: \.attempt) {
                checkStarts(of: job, attempt, starts.map(\.at).sorted(), check.claims)
            }
        }
    }

    /// Checks that each start has its own claim. After a lossy failover the check is skipped, because claims may be
    /// forgotten.
    private mutating func checkStarts(of job: String, _ attempt: Int, _ starts: [Double], _ claims: [JobEvent]) {
        let claims = claims.filter { $0.new?.attempts == attempt - 1 }.map(\.at).sorted()
        guard !history.mayForget else { return }
        if starts.count > claims.count {
            return add(
                .invented, job, "attempt \(attempt) started \(starts.count) times, claimed \(claims.count) times")
        }
        for (start, claim) in zip(starts, claims) where start < claim - Self.clock {
            add(.early, job, "attempt \(attempt) started \(claim - start) s before its claim")
        }
    }

    private mutating func checkDeliveries() {
        var byTag: [String: JobCheck] = [:]
        for event in history.events where event.old == nil { byTag[event.ixID] = jobs[event.jobID] }
        var seen: Set<String> = []
        for delivery in history.deliveries {
            if !seen.insert(delivery.ixID).inserted { figures.repeatedDeliveries += 1 }
            guard let end = byTag[delivery.ixID]?.end else {
                if !history.mayForget { add(.invented, delivery.ixID, "a callback of a job that has not ended") }
                continue
            }
            guard end.new?.response == delivery.body else {
                if !history.mayForget { add(.untrue, end.jobID, "its callback said \(delivery.body)") }
                continue
            }
            // After a lossy failover a callback may report a forgotten result, while the job's final result differs.
            guard delivery.at < end.at - Self.clock, !history.mayForget else { continue }
            add(.early, end.jobID, "its callback came before its end")
        }
        checkUnreported(seen)
        figures.deliveries = history.deliveries.count
        figures.deliveredJobs = seen.count
    }

    /// Checks that each ended job with a callback URL got a callback.
    private mutating func checkUnreported(_ told: Set<String>) {
        guard !history.mayForget else { return }
        for event in history.events where event.old == nil {
            guard event.hasCallback == true, jobs[event.jobID]?.end != nil, !told.contains(event.ixID) else { continue }
            add(.unreported, event.jobID, "it has ended, and its callback never came")
        }
    }

    /// Checks that a cancel acknowledged before the job's end stands at the job's end.
    private mutating func checkCancels() {
        for fault in history.faults where ["cancelled", "cancelling"].contains(fault.answer) {
            guard let job = fault.jobID, let end = jobs[job]?.end?.new, !end.isCancelled, !history.mayForget else {
                continue
            }
            add(.uncancelled, job, "it was \(fault.answer ?? ""), and ended as \(end.response ?? "nothing")")
        }
    }

    private mutating func add(_ kind: Violation.Kind, _ job: String, _ what: String) {
        violations.append(Violation(kind: kind, jobID: job, what: what))
    }

    /// Tolerance in seconds between two readings of a host's clock, because the kernel's uptime counts in hundredths.
    private static let clock = 0.04

    private struct Key: Hashable {
        let clientID: String
        let requestID: String

        init(_ clientID: String, _ requestID: String) { (self.clientID, self.requestID) = (clientID, requestID) }

        var text: String { "(\(clientID), \(requestID))" }
    }
}
