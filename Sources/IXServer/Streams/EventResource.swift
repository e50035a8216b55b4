import FoundationEssentials
import IXConcurrency
import IXCore
import IXRepresentation
import IXStore

/// Server-sent events: the life of a job, and the state of the queue.
///
/// A slow reader misses no state: a stream tells the newest state whenever it can write.
struct EventResource: Sendable {
    let core: ServerCore

    private static let heartbeat: Duration = .seconds(15)

    var routes: [Route] {
        [
            Route(.get, "/v1/jobs/{job_id}/events", "followJob", .roles([.reader, .producer])) {
                try await followJob($0)
            },
            Route(.get, "/v1/events", "followQueue", .roles([.reader]), .ofQueue) { _ in followQueue() },
        ]
    }

    private func followJob(_ call: Call) async throws -> Answer {
        let (jobID, view) = (try call.jobID, call.caller.view)
        guard let job = try await core.reads.perform({ try $0.get(jobID) }), call.caller.sees(job.clientID) else {
            throw Problem.notFound
        }
        let known = call.header("last-event-id")
        return Self.answer { writer in
            try await core.streams.stream(of: jobID) {
                try await JobStream(core, jobID, view, EventWriter(writer), known: known).run()
            }
        }
    }

    private func followQueue() -> Answer {
        Self.answer { writer in
            try await core.streams.stream(of: nil) {
                let events = EventWriter(writer)
                try await events.begin()
                var last: String?
                while true {
                    let found = core.streams.queue()
                    if found.isDrained { return try await events.write("bye", "{}") }
                    if let text = found.value, text != last {
                        try await events.write("stats", text)
                        last = text
                    }
                    await found.round.wait(upTo: Self.heartbeat)
                    try await events.beat(every: Self.heartbeat)
                }
            }
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

    init(_ core: ServerCore, _ jobID: UUID, _ view: View, _ events: EventWriter, known: String?) {
        self.core = core
        self.jobID = jobID
        self.view = view
        self.events = events
        self.known = known
    }

    /// Writes until the job and its callback have ended, the job is gone, or the server drains.
    func run() async throws {
        try await events.begin()
        while true {
            let found = core.streams.job(jobID)
            if found.isDrained { return try await events.write("bye", "{}") }
            if found.isKnown {
                guard let pulse = found.value else { return try await events.write("gone", "{}") }
                if pulse != last { try await tell(pulse) }
                if pulse.isFinal { return }
            }
            await found.round.wait(upTo: .seconds(15))
            try await events.beat(every: .seconds(15))
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
