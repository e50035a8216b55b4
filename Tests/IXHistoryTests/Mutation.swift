import Testing

@testable import IXHistory

/// A single thing that goes wrong in a good history, and what the checker has to say of it.
struct Mutation: Sendable, CustomTestStringConvertible {
    let name: String
    let expected: Violation.Kind
    let apply: @Sendable (inout History) -> Void

    var testDescription: String { name }

    static let all: [Mutation] = rows + files

    private static let rows = [
        Mutation("a row that was deleted", .lost) { $0.write("a") { ($0, nil) } },
        Mutation("a row without a producer", .invented) { history in
            history.enqueues.removeAll { $0.requestID == "a" }
        },
        Mutation("two rows under the same keys", .doubled) { history in
            for index in history.events.indices where history.events[index].jobID == "a" {
                history.events[index].requestID = "b"
            }
        },
        Mutation("a row that is inserted twice", .doubled) { history in
            history.add(history.events.first { $0.jobID == "a" }!)
        },
        Mutation("a second result", .doubled) { $0.change("a") { $0.response = #"{"error": null, "second": true}"# } },
        Mutation("a done job that is pending again", .doubled) { $0.change("a") { $0.status = "pending" } },
        Mutation("a result by an older claim", .outOfDate) { history in
            history.end("b") { $0.finishedClaim = "claim 2" }
        },
        Mutation("a result by nobody", .outOfDate) { $0.end("b") { $0.finishedClaim = nil } },
        Mutation("a claim that is taken over", .outOfDate) { history in
            history.insert(before: "b", "done") { $0.claimID = "claim 99" }
        },
        Mutation("a claim_id that comes twice", .outOfDate) { history in
            let first = history.events.first { $0.jobID == "b" && $0.new?.status == "running" }!.new!.claimID
            for index in history.events.indices where history.events[index].jobID == "b" {
                if history.events[index].new?.claimID != nil { history.events[index].new?.claimID = first }
                if history.events[index].old?.claimID != nil { history.events[index].old?.claimID = first }
                if history.events[index].new?.finishedClaim != nil { history.events[index].new?.finishedClaim = first }
                if history.events[index].old?.finishedClaim != nil { history.events[index].old?.finishedClaim = first }
            }
        },
        Mutation("a sweep that doesn't count", .illegal) { history in
            for index in history.events.indices where history.events[index].jobID == "b" {
                history.events[index].new?.attempts = 0
                history.events[index].old?.attempts = 0
            }
        },
        Mutation("an end without a start", .illegal) { history in
            history.events.removeAll { $0.jobID == "a" && $0.new?.status == "running" }
        },
        Mutation("a write that nobody saw", .illegal) { history in
            history.events.removeAll { $0.jobID == "b" && $0.new?.status == "pending" && $0.old != nil }
        },
        Mutation("a callback_status that goes back", .illegal) { $0.change("a") { $0.callbackStatus = "failed" } },
        Mutation("a result after a cancel", .uncancelled) { history in
            history.end("d") {
                $0.status = "done"
                $0.response = #"{"error": null}"#
            }
        },
        Mutation("a cancelled job that runs again", .uncancelled) { history in
            history.insert(before: "d", "error") {
                $0.status = "pending"
                $0.attempts += 1
                $0.claimID = nil
                $0.daemonID = nil
            }
        },
    ]

    private static let files = [
        Mutation("an end that no counter knows", .miscounted) { $0.counts[0].done -= 1 },
        Mutation("an end that is counted twice", .miscounted) { $0.counts[0].done += 1 },
        Mutation("an error that no counter knows", .miscounted) { $0.counts[0].error -= 1 },
        Mutation("a history that lost what a living daemon did", .miscounted) { $0.kept?.done -= 2 },
        Mutation("an acknowledged job without a row", .lost) { history in
            history.events.removeAll { $0.jobID == "a" }
            history.starts.removeAll { $0.jobID == "a" }
            history.deliveries.removeAll { $0.ixID == "tag a" }
        },
        Mutation("an acknowledged job that doesn't end", .lost) { history in
            history.events.removeAll { $0.jobID == "c" && $0.old != nil }
        },
        Mutation("two acknowledgements with different jobs", .doubled) { history in
            history.enqueues.append(Enqueue(at: 2000, clientID: "c", requestID: "a", jobID: "b"))
        },
        Mutation("a start without a claim", .invented) { history in
            history.starts.append(Start(at: 2000, jobID: "a", attempt: 1))
        },
        Mutation("a start of a job that isn't there", .invented) { history in
            history.starts.append(Start(at: 2000, jobID: "nobody's", attempt: 1))
        },
        Mutation("a start before its claim", .early) { history in
            history.starts[0].at = 0
        },
        Mutation("a callback before its result", .early) { history in
            history.deliveries[0].at = 0
        },
        Mutation("a callback of a job that hasn't ended", .invented) { history in
            history.deliveries.append(Delivery(at: 2000, ixID: "tag nobody's", body: "{}"))
        },
        Mutation("a callback with another result", .untrue) { history in
            history.deliveries[0].body = #"{"error": {"code": "x"}}"#
        },
        Mutation("a job that ended and whose caller never heard of it", .unreported) { history in
            history.deliveries.removeAll { $0.ixID == "tag e" }
        },
        Mutation("a cancel that was acknowledged for nothing", .uncancelled) { history in
            history.faults.append(Fault(at: 2000, .cancel, jobID: "a", answer: "cancelled"))
        },
    ]

    private init(_ name: String, _ expected: Violation.Kind, _ apply: @escaping @Sendable (inout History) -> Void) {
        (self.name, self.expected, self.apply) = (name, expected, apply)
    }
}

extension History {
    fileprivate mutating func add(_ event: JobEvent) {
        var event = event
        event.number = events.count + 1
        events.append(event)
    }

    /// One more write at the end of the job.
    fileprivate mutating func write(_ job: String, _ make: (JobEvent.Row) -> (JobEvent.Row, JobEvent.Row?)) {
        var event = events.last { $0.jobID == job }!
        (event.old, event.new) = make(event.new!)
        event.at += 1
        add(event)
    }

    fileprivate mutating func change(_ job: String, _ change: (inout JobEvent.Row) -> Void) {
        write(job) { row in
            var new = row
            change(&new)
            return (row, new)
        }
    }

    /// The job's end is another, and so is all that comes after it.
    fileprivate mutating func end(_ job: String, _ change: (inout JobEvent.Row) -> Void) {
        for index in events.indices where events[index].jobID == job {
            if events[index].old?.hasEnded == true { change(&events[index].old!) }
            if events[index].new?.hasEnded == true { change(&events[index].new!) }
        }
        let body = events.last { $0.jobID == job }!.new!.response!
        for index in deliveries.indices where deliveries[index].ixID == "tag " + job { deliveries[index].body = body }
    }

    /// One more write before the job became that.
    fileprivate mutating func insert(before job: String, _ status: String, _ change: (inout JobEvent.Row) -> Void) {
        let index = events.firstIndex { $0.jobID == job && $0.new?.status == status }!
        var event = events[index]
        var row = event.old!
        change(&row)
        event.new = row
        events[index].old = row
        if row.claimID != nil { events[index].new?.claimID = row.claimID }
        events.insert(event, at: index)
        for index in events.indices { events[index].number = index + 1 }
    }
}
