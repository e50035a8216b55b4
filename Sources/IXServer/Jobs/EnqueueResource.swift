import FoundationEssentials
import HummingbirdCore
import IXCore
import IXRepresentation
import IXStore
import IXTelemetry
import NIOCore

/// New jobs: one with its own answer, or a stream of them.
struct EnqueueResource: Sendable {
    let core: ServerCore

    var routes: [Route] {
        [
            Route(.post, "/v1/jobs", "enqueue", .roles([.producer]), parameters: ["wait"]) { try await enqueue($0) },
            Route(.post, "/v1/jobs/batch", "enqueueBatch", .roles([.producer])) { try await batch($0) },
        ]
    }

    private func enqueue(_ call: Call) async throws -> Answer {
        let start = ContinuousClock.now
        let wait = try WaitTime(call.query["wait"])
        let bytes = try await call.body.collect(upTo: JobLine.limit)
        var job: NewJob
        do {
            job = try Self.job(bytes, call.caller, key: call.header("idempotency-key"), field: "body", core.meters)
        } catch {
            core.meters?.enqueued(.refused)
            throw error
        }
        // A malformed header is left out: a trace is for people, and no reason to refuse a job.
        var trace = InsertTrace(
            core.daemon.tracing, caller: checkedTrace(of: call) ?? job.traceContext, since: start)
        job.traceContext = trace.stored
        do {
            let answer = try await insert(job, call, wait, &trace)
            trace.answered(answer.status)
            return answer
        } catch {
            trace.answered((error as? Problem)?.status ?? 500)
            throw error
        }
    }

    private func insert(
        _ job: NewJob, _ call: Call, _ wait: WaitTime, _ trace: inout InsertTrace
    ) async throws -> Answer {
        let begin = ContinuousClock.now
        let inserted = try await core.inserts.insert(job)
        trace.inserted(inserted, job.request.useCase, since: begin)
        core.meters?.enqueued(.init(inserted))
        let isLenient = call.header("prefer")?.lowercased().contains("handling=lenient") == true
        if inserted.differs, !isLenient { throw Self.differs(inserted) }
        if inserted.status == nil { throw Self.pruned(inserted) }
        let status = inserted.isDuplicate ? 200 : 201
        guard let limit = wait.limit, inserted.status?.isTerminal == false else { return Self.answer(inserted, status) }
        return try await waited(inserted, limit, status)
    }

    /// Returns the caller's place in a trace from the head, as a job keeps it; counts a malformed one.
    private func checkedTrace(of call: Call) -> String? {
        guard let given = call.header("traceparent") else { return nil }
        let state = call.header("tracestate")
        let checked = TraceParent.context(given, state: state)
        let isWhole = checked.map { state == nil || TraceParent.state(of: $0) != nil } ?? false
        if !isWhole { core.meters?.ignoredTraceContext() }
        return checked
    }

    /// Answers once the job has ended, or with 202 when it hasn't in time.
    private func waited(_ inserted: InsertResult, _ limit: Duration, _ status: Int) async throws -> Answer {
        try await core.ends.wait(for: inserted.jobID, upTo: limit)
        let now = try await core.reads.perform { try $0.get(inserted.jobID) }?.status ?? inserted.status
        var current = InsertResult(
            jobID: inserted.jobID, ixID: inserted.ixID, status: now, isDuplicate: inserted.isDuplicate,
            differs: inserted.differs)
        current.replaces = inserted.replaces
        return Self.answer(current, now?.isTerminal == false ? 202 : status)
    }

    // MARK: Many jobs

    /// Answers a line for each line, in order, as the jobs are committed.
    private func batch(_ call: Call) async throws -> Answer {
        let body = try call.body.parts(["application/x-ndjson", "application/jsonl"])
        let trace = checkedTrace(of: call)
        return Answer(
            status: 200,
            body: .stream(type: "application/x-ndjson") { writer in
                var lines = BodyLines(limit: JobLine.limit)
                var access = call.access
                var batch = Batch(call.caller, trace, core.settings.prefix, core.meters)
                for try await part in body {
                    for line in lines.append(part.readableBytesView) {
                        batch.add(line)
                        if batch.isFull { try await write(&batch, writer) }
                    }
                    try await access.check()
                    // Reads as fast as it commits: a part's jobs are committed before the next part is asked for.
                    try await write(&batch, writer)
                }
                if let last = lines.last() { batch.add(last) }
                try await write(&batch, writer)
                try await writer.write(
                    JSONPairs([("end", "true"), ("jobs", "\(batch.jobs)"), ("refused", "\(batch.refused)")]).text + "\n"
                )
            })
    }

    private func write(_ batch: inout Batch, _ writer: StreamWriter) async throws {
        guard !batch.isEmpty else { return }
        let jobs = batch.waiting
        let results = jobs.isEmpty ? [] : try await core.writes.perform { try $0.insertPendingBatch(jobs) }
        if let meters = core.meters {
            for _ in 0..<batch.refusals { meters.enqueued(.refused) }
            for result in results {
                if case .inserted(let inserted) = result {
                    meters.enqueued(.init(inserted))
                } else {
                    meters.enqueued(.refused)
                }
            }
        }
        try await writer.write(batch.finish(results))
    }

    /// Lines of a body whose jobs are inserted together.
    private struct Batch {
        private static let most = 500
        private static let bytes = 4 << 20

        private let caller: Caller
        private let trace: String?
        private let prefix: String
        private let meters: HTTPMeters?
        private var answers: [Result<Int, Problem>] = []
        private var size = 0
        private(set) var waiting: [NewJob] = []
        private(set) var jobs = 0
        private(set) var refused = 0

        init(_ caller: Caller, _ trace: String?, _ prefix: String, _ meters: HTTPMeters?) {
            (self.caller, self.trace, self.prefix, self.meters) = (caller, trace, prefix, meters)
        }

        var isEmpty: Bool { answers.isEmpty }
        /// Lines that were refused before an insert.
        var refusals: Int { answers.count - waiting.count }
        var isFull: Bool { answers.count >= Self.most || size >= Self.bytes }

        mutating func add(_ line: BodyLines.Line) {
            size += line.bytes.count
            do {
                if line.isTooLong {
                    throw Problem(.tooLarge, "The line is over \(JobLine.limit) bytes.", limit: JobLine.limit)
                }
                var job = try EnqueueResource.job(line.bytes, caller, key: nil, field: "line", meters)
                job.traceContext = job.traceContext ?? trace
                waiting.append(job)
                answers.append(.success(waiting.count - 1))
            } catch let problem as Problem {
                answers.append(.failure(problem))
            } catch {
                answers.append(.failure(Problem(.internal, "The server failed.")))
            }
        }

        /// Returns the lines of the answer, and begins anew.
        mutating func finish(_ results: [BatchInsertResult]) -> String {
            defer { (answers, waiting, size) = ([], [], 0) }
            return answers.map { answer in
                let problem: Problem
                switch answer {
                case .failure(let refusal): problem = refusal
                case .success(let index) where index < results.count:
                    switch results[index] {
                    case .refused(let input): problem = Problem(input)
                    case .queueFull(let words): problem = .queueFull(words)
                    case .inserted(let inserted):
                        jobs += 1
                        guard let problem = EnqueueResource.objection(to: inserted) else {
                            return EnqueueResource.pairs(inserted).text + "\n"
                        }
                        return JSONPairs([("problem", problem.text(requestID: nil, prefix))]).text + "\n"
                    }
                case .success: problem = Problem(.internal, "The store gave no answer.")
                }
                refused += 1
                return JSONPairs([("problem", problem.text(requestID: nil, prefix))]).text + "\n"
            }.joined()
        }
    }

    // MARK: Shared

    /// Reads a new job for a caller. Throws a `Problem`.
    static func job(
        _ bytes: [UInt8], _ caller: Caller, key: String?, field: String, _ meters: HTTPMeters?
    ) throws -> NewJob {
        do {
            let line = try JobLine(bytes, field: field)
            if let own = caller.clientID, let named = try line.clientID, named != own {
                throw Problem(.forbidden, "The token is bound to another client.", field: "client_id")
            }
            if let key, let named = try line.requestID, named != key {
                throw InvalidInput("request_id", "differs from Idempotency-Key")
            }
            let job = try line.insertion(JobLineDefaults(clientID: caller.clientID), requestID: key)
            if line.leavesTraceOut(of: job) { meters?.ignoredTraceContext() }
            return job
        } catch let input as InvalidInput {
            throw problem(input, field)
        }
    }

    private static func problem(_ input: InvalidInput, _ field: String) -> Problem {
        if input.field == "request", input.reason.hasPrefix("over ") {
            return Problem(.tooLarge, input.description, field: "request", limit: Limits.requestBytes)
        }
        guard input.field == field else { return Problem(input) }
        return Problem(.badRequest, status: 400, input.description, field: field)
    }

    private static func pairs(_ inserted: InsertResult) -> JSONPairs { JSONPairs(members(inserted)) }

    private static func members(_ inserted: InsertResult) -> [(String, String)] {
        [
            ("job_id", JSONPairs.literal(inserted.jobID.uuidString.lowercased())),
            ("ix_id", JSONPairs.literal(inserted.ixID)), ("status", JSONPairs.literal(inserted.status?.rawValue)),
            ("duplicate", "\(inserted.isDuplicate)"), ("differs", "\(inserted.differs)"),
        ] + (inserted.replaces.map { [("replaces", JSONPairs.literal($0.uuidString.lowercased()))] } ?? [])
    }

    private static func answer(_ inserted: InsertResult, _ status: Int) -> Answer {
        .json(
            pairs(inserted).text, status: status,
            headers: [("location", "/v1/jobs/\(inserted.jobID.uuidString.lowercased())")])
    }

    /// Returns the problem that stands for the answer to an insert; nil for none.
    static func objection(to inserted: InsertResult) -> Problem? {
        if inserted.differs { return differs(inserted) }
        return inserted.status == nil ? pruned(inserted) : nil
    }

    private static func pruned(_ inserted: InsertResult) -> Problem {
        var problem = Problem(
            .pruned, "The job of the request has ended and is pruned.", field: "request_id")
        problem.members = [("job_id", JSONPairs.literal(inserted.jobID.uuidString.lowercased()))]
        return problem
    }

    private static func differs(_ inserted: InsertResult) -> Problem {
        var problem = Problem(
            .requestDiffers, "The request_id stands for a job with another request, URL or batch, which stays.",
            field: "request_id")
        problem.members =
            members(inserted).filter { $0.0 != "status" && $0.0 != "duplicate" } + [
                ("job_status", JSONPairs.literal(inserted.status?.rawValue))
            ]
        return problem
    }
}

extension HTTPMeters.Enqueued {
    init(_ inserted: InsertResult) {
        self = inserted.differs ? .differs : inserted.isDuplicate ? .duplicate : .created
    }
}

/// The value of `?wait`: a duration of a minute at most.
struct WaitTime: Sendable {
    /// The time to wait; nil without the parameter.
    let limit: Duration?

    init(_ text: String?) throws(InvalidInput) {
        guard let text else {
            limit = nil
            return
        }
        let duration = try DurationText.read(text, field: "wait")
        guard duration <= .seconds(60) else { throw InvalidInput("wait", "is over 60s") }
        limit = duration
    }
}
