import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore
import NIOHTTP1

/// A server as the target of `ixctl enqueue`.
struct ServerTarget: EnqueueTarget {
    let server: RemoteServer

    /// The client that the token is bound to; nil for a token of all clients.
    func boundClient() async throws(StoreError) -> String? {
        try document(try await server.exchange(.GET, "/v1/whoami"))["client_id"]?.string
    }

    func insert(_ job: NewJob) async throws(StoreError) -> InsertResult {
        // A job with another content is no fault here either: the command warns.
        let reply = try await server.exchange(
            .POST, "/v1/jobs", body: job.line, headers: [("prefer", "handling=lenient")])
        if reply.status == 410, let problem = reply.problem, let there = InsertResult(there: problem) { return there }
        guard let result = InsertResult(try document(reply)) else { throw Self.unreadable }
        return result
    }

    func insert(_ jobs: [NewJob]) async throws(StoreError) -> [BatchInsertResult] {
        let lines = jobs.map { $0.line + "\n" }.joined()
        let reply = try await server.exchange(.POST, "/v1/jobs/batch", body: lines, type: "application/x-ndjson")
        guard reply.isSuccess else { throw Self.error(reply.status, reply.problem, reply.detail) }
        var results: [BatchInsertResult] = []
        for line in reply.text.split(separator: "\n") {
            // ignored: a line that was cut off has no end line behind it
            guard let object = try? JSONDocument(line.utf8, field: "answer", limit: 1 << 20) else { break }
            if object["end"] != nil, results.count == jobs.count { return results }
            results.append(try Self.result(object))
        }
        throw StoreError(.unavailable, operation: "/v1/jobs/batch", message: "the server's answer broke off")
    }

    private static func result(_ line: JSONDocument) throws(StoreError) -> BatchInsertResult {
        if let inserted = InsertResult(line) { return .inserted(inserted) }
        guard let problem = line["problem"]?.object else { throw unreadable }
        if let there = InsertResult(there: problem) { return .inserted(there) }
        let error = error(Int(problem["status"]?.text ?? "") ?? 0, problem, problem["detail"]?.string ?? "")
        if error.code == .queueFull { return .queueFull(error.message) }
        guard case .invalidInput(let input) = error.code else { throw error }
        return .refused(input)
    }

    func look(_ jobID: UUID) async throws(StoreError) -> (Job?, ProgressRecord?) {
        let path = "/v1/jobs/\(jobID.uuidString.lowercased())"
        let reply = try await server.exchange(.GET, path + "?include=progress")
        if reply.status == 404 { return (nil, nil) }
        let row = try document(reply)
        let progress = row["progress"]?.object.map {
            let now = Progress(
                fraction: $0["fraction"].flatMap { Double($0.text) }, message: $0["message"]?.string, logTail: "",
                logBytes: 0)
            return ProgressRecord(now, updatedAt: "")
        }
        let isEnded = row["finished_at"]?.isNull == false
        let request = try await text(path + "/request")
        let response = isEnded ? try await text(path + "/response") : nil
        do { return (try Job(row, request: request ?? "", response: response), progress) } catch {
            throw Self.unreadable
        }
    }

    /// A server tells why a job stands in line; a producer's token shows no daemons.
    func obstacle(of job: Job) async throws(StoreError) -> String? {
        let row = try document(try await server.exchange(.GET, "/v1/jobs/\(job.jobID.uuidString.lowercased())"))
        return row["line"]?.string.map { "The job stands in line: \(ScreenText($0).text)" }
    }

    /// Returns a document; nil where the token doesn't show documents.
    private func text(_ path: String) async throws(StoreError) -> String? {
        let reply = try await server.exchange(.GET, path)
        if reply.status == 403 || reply.status == 404 { return nil }
        guard reply.isSuccess else { throw Self.error(reply.status, reply.problem, reply.detail) }
        return reply.text
    }

    private func document(_ reply: RemoteServer.Reply) throws(StoreError) -> JSONDocument {
        guard reply.isSuccess else { throw Self.error(reply.status, reply.problem, reply.detail) }
        guard let document = reply.problem else { throw Self.unreadable }
        return document
    }

    private static let unreadable = StoreError(
        .internal, operation: "server", message: "the server's answer can't be read")

    /// Returns the error that the store itself would have thrown.
    private static func error(_ status: Int, _ problem: JSONDocument?, _ detail: String) -> StoreError {
        let code: StoreError.Code =
            switch status {
            case 400, 413, 422: .invalidInput(input(problem, detail))
            case 401, 403: .permission
            case 429 where problem?["type"]?.string?.hasSuffix("/queue_full") == true: .queueFull
            case 429, 502, 503, 504: .unavailable
            default: .internal
            }
        return StoreError(code, operation: "server", message: detail)
    }

    private static func input(_ problem: JSONDocument?, _ detail: String) -> InvalidInput {
        let field = problem?["field"]?.string ?? "request"
        return InvalidInput(field, detail.hasPrefix(field + ": ") ? String(detail.dropFirst(field.count + 2)) : detail)
    }
}

extension InsertResult {
    /// Reads the answer to an insert; nil for any other object.
    fileprivate init?(_ row: JSONDocument) {
        guard let id = row["job_id"]?.string.flatMap(UUID.init(uuidString:)), row["duplicate"] != nil else {
            return nil
        }
        self.init(
            jobID: id, ixID: row["ix_id"]?.string ?? "",
            status: row["status"]?.string.flatMap(JobStatus.init(rawValue:)),
            isDuplicate: row["duplicate"]?.text == "true", differs: row["differs"]?.text == "true")
        replaces = row["replaces"]?.string.flatMap(UUID.init(uuidString:))
    }

    /// Reads the problem of an existing or pruned job with another content; nil for any other problem.
    fileprivate init?(there problem: JSONDocument) {
        guard let id = problem["job_id"]?.string.flatMap(UUID.init(uuidString:)) else { return nil }
        if problem["type"]?.string?.hasSuffix("/pruned") == true {
            self.init(jobID: id, ixID: "", status: nil, isDuplicate: true, differs: false)
            return
        }
        guard let ixID = problem["ix_id"]?.string,
            let status = problem["job_status"]?.string.flatMap(JobStatus.init(rawValue:))
        else { return nil }
        self.init(jobID: id, ixID: ixID, status: status, isDuplicate: true, differs: true)
    }
}

extension Job {
    /// Reads a job's object and its documents.
    fileprivate init(_ row: JSONDocument, request: String, response: String?) throws(InvalidInput) {
        self.init(
            jobID: try row.required("job_id", try row.uuid("job_id")), ixID: try row.text("ix_id") ?? "",
            clientID: try row.text("client_id") ?? "", requestID: try row.text("request_id") ?? "",
            useCase: try row.text("use_case"),
            status: try row.required("status", try row.text("status").flatMap(JobStatus.init(rawValue:))),
            request: request, response: response, callbackURL: try row.text("callback_url"),
            callbackStatus: try row.text("callback_status").flatMap(CallbackStatus.init(rawValue:)),
            attempts: try row.column("attempts"), maxAttempts: try row.column("max_attempts"),
            priority: try row.column("priority"), createdAt: try row.text("created_at") ?? "",
            runAt: try row.text("run_at"), startedAt: try row.text("started_at"),
            finishedAt: try row.text("finished_at"), expiresAt: try row.text("expires_at"),
            claimID: try row.uuid("claim_id"), finishedClaim: try row.uuid("finished_claim"),
            daemonID: try row.uuid("daemon_id"), cancelRequestedAt: try row.text("cancel_requested_at"),
            resubmitOf: try row.uuid("resubmit_of"))
    }
}

extension JSONDocument {
    /// Reads a number of a column of the type integer; 0 for a missing one. Throws for a number outside the type's
    /// range, which leaves room for what is added.
    fileprivate func column(_ name: String) throws(InvalidInput) -> Int {
        let number = try integer(name) ?? 0
        guard Int32(exactly: number) != nil else { throw InvalidInput(name, "is out of range") }
        return number
    }
}
