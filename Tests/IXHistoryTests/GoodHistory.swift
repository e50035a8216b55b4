@testable import IXHistory

/// A history in which every rule has something to look at, and none is broken.
enum GoodHistory {
    static var make: History {
        var story = Story()
        story.plain("a")
        story.swept("b")
        story.cancelledWaiting("c")
        story.cancelledRunning("d")
        story.exhausted("e")
        story.sentTwice("f")
        var history = story.history
        history.scrape()
        return history
    }
}

extension History {
    /// Writes down what the daemons counted: two that live to the end, and one that was killed before its first scrape.
    fileprivate mutating func scrape() {
        let ends = events.filter { $0.old?.status == "running" && $0.new?.hasEnded == true }
        let end = events.last?.at ?? 0
        for worker in ["w0", "w2"] {
            let own = ends.filter { $0.old?.daemonID == worker }.map { $0.new?.status }
            let done = own.count { $0 == "done" }
            counts.append(
                ProcessCounts(
                    process: worker, daemonIDs: [worker], scrapedAt: end, answeredAt: end, done: done,
                    error: own.count - done))
        }
        var killed = ProcessCounts(process: "w1", daemonIDs: ["w1"], scrapedAt: 0, answeredAt: 0, done: 0, error: 0)
        (killed.endedAt, killed.isKilled) = (faults.first { $0.daemonID == "w1" }?.at, true)
        counts.append(killed)
        let done = counts.reduce(0) { $0 + $1.done }
        kept = KeptSums(done: done, error: counts.reduce(0) { $0 + $1.error })
    }
}

/// Writes down what happens, second by second.
struct Story {
    private(set) var history = History()
    private var now = 1000.0
    private var rows: [String: JobEvent.Row] = [:]
    private var claims = 0

    mutating func plain(_ job: String) {
        enqueue(job)
        claim(job)
        end(job, "done", #"{"error": null}"#)
        deliver(job)
    }

    /// Its first daemon was killed.
    mutating func swept(_ job: String) {
        enqueue(job)
        claim(job, by: "w1")
        history.faults.append(Fault(at: now, .kill, daemonID: "w1"))
        back(job)
        claim(job, by: "w2")
        end(job, "done", #"{"error": null}"#)
        deliver(job)
    }

    mutating func cancelledWaiting(_ job: String) {
        enqueue(job)
        history.faults.append(Fault(at: now, .cancel, jobID: job, answer: "cancelled"))
        write(job) {
            $0.status = "error"
            $0.response = #"{"error": {"code": "cancelled"}}"#
        }
        deliver(job)
    }

    mutating func cancelledRunning(_ job: String) {
        enqueue(job)
        claim(job)
        write(job) { $0.isCancelRequested = true }
        history.faults.append(Fault(at: now, .cancel, jobID: job, answer: "cancelling"))
        end(job, "error", #"{"error": {"code": "cancelled"}}"#)
        deliver(job)
    }

    /// Lost with its worker for the last time.
    mutating func exhausted(_ job: String) {
        enqueue(job)
        claim(job)
        write(job) {
            $0.status = "error"
            $0.attempts += 1
            $0.claimID = nil
            $0.daemonID = nil
            $0.response = #"{"error": {"code": "attempts_exhausted"}}"#
        }
        deliver(job)
    }

    /// The reply to the first enqueue was lost, and the first callback failed.
    mutating func sentTwice(_ job: String) {
        history.enqueues.append(Enqueue(at: now, clientID: "c", requestID: job))
        enqueue(job)
        history.enqueues.append(Enqueue(at: now, clientID: "c", requestID: job, jobID: job))
        claim(job)
        end(job, "error", #"{"error": {"code": "busy"}}"#)
        write(job) { $0.callbackStatus = "failed" }
        deliver(job)
        deliver(job)
    }

    private mutating func enqueue(_ job: String) {
        history.enqueues.append(Enqueue(at: now, clientID: "c", requestID: job))
        let row = JobEvent.Row(
            status: "pending", attempts: 0, claimID: nil, finishedClaim: nil, daemonID: nil, callbackStatus: nil,
            isCancelRequested: false, response: nil)
        note(job, nil, row)
        history.enqueues.append(Enqueue(at: now, clientID: "c", requestID: job, jobID: job))
    }

    private mutating func claim(_ job: String, by worker: String = "w0") {
        claims += 1
        let claim = "claim \(claims)"
        write(job) {
            $0.status = "running"
            $0.claimID = claim
            $0.daemonID = worker
        }
        now += 1
        history.starts.append(Start(at: now, jobID: job, attempt: rows[job]!.attempts + 1))
    }

    private mutating func back(_ job: String) {
        write(job) {
            $0.status = "pending"
            $0.attempts += 1
            $0.claimID = nil
            $0.daemonID = nil
        }
    }

    private mutating func end(_ job: String, _ status: String, _ response: String) {
        write(job) {
            $0.status = status
            $0.finishedClaim = $0.claimID
            $0.response = response
        }
    }

    private mutating func deliver(_ job: String) {
        now += 1
        history.deliveries.append(Delivery(at: now, ixID: "tag " + job, body: rows[job]!.response!))
        if rows[job]!.callbackStatus != "delivered" { write(job) { $0.callbackStatus = "delivered" } }
    }

    private mutating func write(_ job: String, _ change: (inout JobEvent.Row) -> Void) {
        var row = rows[job]!
        change(&row)
        note(job, rows[job], row)
    }

    private mutating func note(_ job: String, _ old: JobEvent.Row?, _ new: JobEvent.Row) {
        now += 1
        history.events.append(
            JobEvent(
                number: history.events.count + 1, at: now, jobID: job, clientID: "c", requestID: job,
                ixID: "tag " + job, hasCallback: true, old: old, new: new))
        rows[job] = new
    }
}
