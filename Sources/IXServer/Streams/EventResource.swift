import FoundationEssentials
import IXConcurrency
import IXCore
import IXRepresentation
import IXStore

/// Server-sent events: the life of a job, and the state of the queue.
///
/// A reader may be 16 events behind. A slower one gets the event `gap`, and goes on with the newest state.
struct EventResource: Sendable {
    let core: ServerCore

    var routes: [Route] {
        [
            Route(.get, "/v1/jobs/{job_id}/events", "followJob", .roles([.reader, .producer])) {
                try await followJob($0)
            },
            Route(.get, "/v1/events", "followQueue", .roles([.reader]), .ofQueue) { followQueue($0) },
        ]
    }

    private func followJob(_ call: Call) async throws -> Answer {
        let (jobID, view, access) = (try call.jobID, call.caller.view, call.access)
        guard let job = try await core.reads.perform({ try $0.get(jobID) }), call.caller.sees(job.clientID) else {
            throw Problem.notFound
        }
        let known = call.header("last-event-id")
        return Self.answer { writer in
            try await core.streams.stream(of: jobID) {
                try await JobStream(core, jobID, view, EventWriter(writer), known: known).run(access)
            }
        }
    }

    private func followQueue(_ call: Call) -> Answer {
        let (known, access) = (call.header("last-event-id"), call.access)
        return Self.answer { writer in
            try await core.streams.stream(of: nil) {
                try await tellQueue(EventWriter(writer), after: known, access)
            }
        }
    }

    private func tellQueue(_ events: EventWriter, after known: String?, _ access: AccessWatch) async throws {
        var access = access
        let (hub, heartbeat) = (core.streams, core.settings.limits.heartbeat)
        try await events.begin()
        var (position, isLost) = hub.start(after: known)
        while true {
            let found = hub.queue(after: position)
            let isOver = if found.isDrained { true } else { await access.hasEnded() }
            if isOver { return try await events.write("bye", "{}") }
            if isLost || found.missed > 0 { try await events.gap(missed: isLost ? nil : found.missed) }
            isLost = false
            for event in found.events {
                try await events.write("stats", event.value, id: hub.id(of: event.number))
                position = event.number
            }
            // Events that came during the writing are told at once.
            guard found.events.isEmpty else { continue }
            await found.round.wait(upTo: heartbeat)
            try await events.beat(every: heartbeat)
        }
    }

    private static func answer(_ write: @escaping @Sendable (StreamWriter) async throws -> Void) -> Answer {
        Answer(status: 200, headers: [("x-accel-buffering", "no")], body: .stream(type: "text/event-stream", write))
    }
}

/// Writes events in the form of `text/event-stream`.
///
/// Requires: one task at a time.
final class EventWriter: @unchecked Sendable {
    private let writer: StreamWriter
    private var last = ContinuousClock.now

    init(_ writer: StreamWriter) { self.writer = writer }

    /// Tells the client when to connect again after a loss.
    func begin() async throws {
        var random = KernelRandom()
        try await put("retry: \(Int.random(in: 1500...2500, using: &random))\n\n")
    }

    /// Writes an event. Requires: `data` has no line end.
    func write(_ event: String, _ data: String, id: String? = nil) async throws {
        try await put((id.map { "id: \($0)\n" } ?? "") + "event: \(event)\ndata: \(data)\n\n")
    }

    /// Says that the reader was too slow for events; nil for an unknown number.
    func gap(missed: Int?) async throws { try await write("gap", "{\"missed\":\(missed.map { "\($0)" } ?? "null")}") }

    /// Writes a comment when nothing was written for `pause`, so that a lost reader is found.
    func beat(every pause: Duration) async throws {
        if ContinuousClock.now - last >= pause { try await put(": \n\n") }
    }

    private func put(_ text: String) async throws {
        try await writer.write(text)
        last = .now
    }
}

/// The events of one job for one reader.
private final class JobStream {
    private let core: ServerCore
    private let jobID: UUID
    private let view: View
    private let events: EventWriter
    private var known: String?
    private var last: JobPulse?
    private var logBytes = 0
    private var changes: Int?

    init(_ core: ServerCore, _ jobID: UUID, _ view: View, _ events: EventWriter, known: String?) {
        self.core = core
        self.jobID = jobID
        self.view = view
        self.events = events
        self.known = known
    }

    /// Writes until the job and its callback have ended, the job is gone, the caller's token has ended, or the server
    /// drains.
    func run(_ access: AccessWatch) async throws {
        var access = access
        try await events.begin()
        while true {
            let found = core.streams.job(jobID)
            let isOver = if found.isDrained { true } else { await access.hasEnded() }
            if isOver { return try await events.write("bye", "{}") }
            if found.isKnown {
                guard let pulse = found.pulse else { return try await events.write("gone", "{}") }
                let missed = found.changes - (changes ?? found.changes) - 1
                changes = found.changes
                if missed >= EventBacklog<JobPulse>.most { try await events.gap(missed: missed) }
                if pulse != last { try await tell(pulse) }
                if pulse.isFinal { return }
            }
            let heartbeat = core.settings.limits.heartbeat
            await found.round.wait(upTo: heartbeat)
            try await events.beat(every: heartbeat)
        }
    }

    private func tell(_ pulse: JobPulse) async throws {
        let id = ContentTag.of("\(pulse)")
        defer { (last, known) = (pulse, nil) }
        // The reader has seen this state before its connection was lost.
        if last == nil, known == id { return }
        let (jobID, view) = (jobID, view)
        let isNew = pulse.status != last?.status || pulse.isCancelling != last?.isCancelling
        if pulse.attempts != last?.attempts, pulse.attempts > 0 { try await tellAttempt() }
        if pulse.progressAt != last?.progressAt, pulse.progressAt != nil { try await tellProgress() }
        if isNew, let job = try await core.reads.perform({ try $0.get(jobID) }) {
            let name = pulse.status.isTerminal ? "end" : "status"
            try await events.write(name, JobObject.text(job, view), id: id)
        }
        if let status = pulse.callbackStatus, status != last?.callbackStatus {
            try await events.write("callback", "{\"callback_status\":\"\(status.rawValue)\"}", id: id)
        }
    }

    private func tellAttempt() async throws {
        let jobID = jobID
        guard let attempt = try await core.reads.perform({ try $0.attempts(of: jobID) }).last else { return }
        try await events.write("attempt", AttemptObject.text(attempt, view))
    }

    private func tellProgress() async throws {
        let jobID = jobID
        guard let record = try await core.reads.perform({ try $0.progress(of: jobID) }) else { return }
        try await events.write("progress", ProgressObject.text(record, view))
        let progress = record.progress
        guard view.showsDocuments, progress.logBytes > logBytes else { return }
        // The tail ends at `logBytes`; a part that was pushed out of it before the look is missing.
        let fresh = min(progress.logBytes - logBytes, progress.logTail.utf8.count)
        logBytes = progress.logBytes
        let text = String(decoding: progress.logTail.utf8.suffix(fresh), as: UTF8.self)
        try await events.write(
            "log", JSONPairs([("log_bytes", "\(logBytes)"), ("text", JSONPairs.literal(text))]).text)
    }
}
