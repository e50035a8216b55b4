/// Holds a history to what the queue promises; all of it offline, from what was written down.
package struct HistoryCheck: Sendable {
    package private(set) var violations: [Violation] = []
    package private(set) var figures = Figures()
    private let history: History
    private let jobs: [String: JobCheck]

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
        figures.measure(history, jobs)
    }

    /// One job per pair of keys, and none that no producer wanted.
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

    /// What an asynchronous standby never heard of is a loss that the set-up allows, and a figure.
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

    /// Each start belongs to a claim of its own; a claim that a failover forgot can't be asked for.
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
            // A result that a failover forgot was told of, and the job's next result is another one.
            guard delivery.at < end.at - Self.clock, !history.mayForget else { continue }
            add(.early, end.jobID, "its callback came before its end")
        }
        checkUntold(seen)
        figures.deliveries = history.deliveries.count
        figures.deliveredJobs = seen.count
    }

    /// Who asked for a callback gets one: every job that was inserted with a URL and has ended.
    private mutating func checkUntold(_ told: Set<String>) {
        guard !history.mayForget else { return }
        for event in history.events where event.old == nil {
            guard event.hasCallback == true, jobs[event.jobID]?.end != nil, !told.contains(event.ixID) else { continue }
            add(.untold, event.jobID, "it has ended, and its callback never came")
        }
    }

    /// A cancel that was acknowledged while the job waited or ran stands at its end.
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

    /// Seconds by which two readings of one host's clock may seem out of order: the kernel's uptime counts in hundredths.
    private static let clock = 0.04

    private struct Key: Hashable {
        let clientID: String
        let requestID: String

        init(_ clientID: String, _ requestID: String) { (self.clientID, self.requestID) = (clientID, requestID) }

        var text: String { "(\(clientID), \(requestID))" }
    }
}
