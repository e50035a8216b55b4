import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore

/// A job by its id: row, documents, attempts and log.
struct JobResource: Sendable {
    let core: ServerCore

    private static let readers = Route.Audience.roles([.reader, .producer])

    var routes: [Route] {
        [
            Route(
                .get, "/v1/jobs/lookup", "lookUpJob", Self.readers, parameters: ["client_id", "job_id", "request_id"]
            ) {
                try await lookUp($0)
            },
            Route(.get, "/v1/jobs/{job_id}", "getJob", Self.readers, parameters: ["wait", "include"]) {
                try await get($0)
            },
            Route(.get, "/v1/jobs/{job_id}/request", "getRequest", Self.readers) { try await request($0) },
            Route(.get, "/v1/jobs/{job_id}/response", "getResponse", Self.readers) { try await response($0) },
            Route(.get, "/v1/jobs/{job_id}/attempts", "listAttempts", Self.readers) { try await attempts($0) },
            Route(.get, "/v1/jobs/{job_id}/log", "getLog", Self.readers, parameters: ["attempt"]) {
                try await log($0)
            },
            Route(.get, "/v1/jobs/{job_id}/callback", "getCallback", Self.readers) { try await callback($0) },
        ]
    }

    private func lookUp(_ call: Call) async throws -> Answer {
        if let text = call.query["job_id"] { return try await lookUp(text, call) }
        let clientID = call.query["client_id"] ?? call.caller.clientID
        guard let clientID else { throw InvalidInput("client_id", "is missing") }
        guard let requestID = call.query["request_id"] else { throw InvalidInput("request_id", "is missing") }
        guard call.caller.sees(clientID),
            let job = try await core.reads.perform({ try $0.getByCorrelation(clientID: clientID, requestID: requestID) }
            )
        else { throw Problem.notFound }
        return .json(JobObject.text(job, call.caller.view, adding: core.settings.traceLink.members(of: job)))
    }

    /// The ids that a look for a beginning reads at most, because those of other clients are left out afterwards.
    private static let mostAlike = 200

    /// Answers the one job of the caller's whose id begins as typed.
    private func lookUp(_ text: String, _ call: Call) async throws -> Answer {
        guard call.query["request_id"] == nil else { throw InvalidInput("job_id", "does not go with request_id") }
        guard let beginning = IDBeginning(text) else {
            throw InvalidInput("job_id", "is no job id, nor the first \(IDBeginning.least) characters or more of one")
        }
        let client = call.query["client_id"]
        let found = try await core.reads.perform { operations -> [Job]? in
            let ids = try operations.jobIDs(from: beginning.first, through: beginning.last, limit: Self.mostAlike)
            guard ids.count < Self.mostAlike else { return nil }
            return try ids.compactMap { try operations.get($0) }.filter {
                call.caller.sees($0.clientID) && (client == nil || $0.clientID == client)
            }
        }
        guard let jobs = found else { throw InvalidInput("job_id", "begins too many jobs' ids") }
        guard let job = jobs.first else { throw Problem.notFound }
        guard jobs.count == 1 else { throw InvalidInput("job_id", beginning.ambiguity(jobs.map(\.jobID))) }
        return .json(JobObject.text(job, call.caller.view, adding: core.settings.traceLink.members(of: job)))
    }

    private func get(_ call: Call) async throws -> Answer {
        let jobID = try call.jobID
        let includes = try Self.includes(call.query["include"])
        let view = call.caller.view
        if let limit = try WaitTime(call.query["wait"]).limit {
            let job = try await job(jobID, call.caller)
            if !job.status.isTerminal { try await core.ends.wait(for: jobID, upTo: limit) }
        }
        let link = core.settings.traceLink
        let found = try await core.reads.perform { operations -> String? in
            guard let job = try operations.get(jobID), call.caller.sees(job.clientID) else { return nil }
            let members = try Self.members(of: job, includes, operations, view)
            return JobObject.text(job, view, adding: link.members(of: job) + members)
        }
        guard let text = found else { throw Problem.notFound }
        let tag = "W/\"\(ContentTag.of(text))\""
        guard call.header("if-none-match") != tag else {
            return Answer(status: 304, headers: [("etag", tag)], body: .none)
        }
        return .json(text, headers: [("etag", tag)])
    }

    private static let included = ["attempts", "progress", "callback"]

    private static func includes(_ text: String?) throws(InvalidInput) -> Set<String> {
        guard let text else { return [] }
        let words = Set(text.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
        if let other = words.first(where: { !included.contains($0) }) {
            throw InvalidInput("include", "'\(other)' is none of \(included.joined(separator: ", "))")
        }
        return words
    }

    private static func members(
        of job: Job, _ includes: Set<String>, _ operations: any JobOperations, _ view: View
    ) throws -> [(String, String)] {
        var members: [(String, String)] = []
        if job.status == .pending, let reason = try operations.line(of: job.jobID)?.reason {
            members.append(("line", JSONPairs.literal(reason)))
        }
        if includes.contains("attempts") {
            let kept = JobRecord(job, attempts: try operations.attempts(of: job.jobID)).endedAttempts
            members.append(
                ("attempts_kept", "[" + kept.map { AttemptObject.text($0, view) }.joined(separator: ",") + "]"))
        }
        if includes.contains("progress") {
            let progress = try operations.progress(of: job.jobID)
            members.append(("progress", progress.map { ProgressObject.text($0, view) } ?? "null"))
        }
        if includes.contains("callback") {
            let callback = try operations.callback(of: job.jobID)
            members.append(("callback", callback?.json ?? "null"))
        }
        if let batch = try operations.batch(job.jobID) { members.append(("batch", batch.json)) }
        return members
    }

    private func request(_ call: Call) async throws -> Answer {
        try call.caller.requireDocuments()
        return .json(call.caller.view.mask.applied(to: try await job(call.jobID, call.caller).request))
    }

    private func response(_ call: Call) async throws -> Answer {
        try call.caller.requireDocuments()
        guard let response = try await job(call.jobID, call.caller).response else {
            throw Problem(.notFound, "The job has no response yet.")
        }
        return .json(call.caller.view.mask.applied(to: response))
    }

    private func attempts(_ call: Call) async throws -> Answer {
        let kept = try await records(call)
        let items = kept.map { AttemptObject.text($0, call.caller.view) }.joined(separator: ",")
        return .json("{\"attempts\":[\(items)]}")
    }

    /// Answers the end of the log of an attempt: the one asked for, else the running one, else the last one.
    private func log(_ call: Call) async throws -> Answer {
        try call.caller.requireDocuments()
        let jobID = try call.jobID
        let number = try call.query.integer("attempt", in: 1...Limits.mostAttempts)
        let kept = try await records(call)
        if let number {
            guard let attempt = kept.last(where: { $0.attempt == number }) else {
                throw Problem(.notFound, "The job has no such attempt.")
            }
            return .text(attempt.note.logTail)
        }
        let progress = try await core.reads.perform { try $0.progress(of: jobID) }
        return .text(progress?.progress.logTail ?? kept.last?.note.logTail ?? "")
    }

    private func callback(_ call: Call) async throws -> Answer {
        let job = try await job(call.jobID, call.caller)
        let found = try await core.reads.perform {
            (try $0.callback(of: job.jobID), try $0.deliveries(of: job.jobID))
        }
        guard let callback = found.0 else { throw Problem(.notFound, "The job has no callback, or has not ended.") }
        return .json(CallbackObject.text(callback, found.1, call.caller.view))
    }

    private func records(_ call: Call) async throws -> [AttemptRecord] {
        let job = try await job(call.jobID, call.caller)
        let attempts = try await core.reads.perform { try $0.attempts(of: job.jobID) }
        return JobRecord(job, attempts: attempts).endedAttempts
    }

    private func job(_ jobID: UUID, _ caller: Caller) async throws -> Job {
        guard let job = try await core.reads.perform({ try $0.get(jobID) }), caller.sees(job.clientID) else {
            throw Problem.notFound
        }
        return job
    }
}

/// A short text that changes with the content; not for secrets.
enum ContentTag {
    /// Returns 64 bits of FNV-1a in hexadecimal.
    static func of(_ text: String) -> String {
        String(text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }, radix: 16)
    }
}
