package import FoundationEssentials
package import IXCore
package import IXStore

/// Values for fields which a line leaves out: from the command line, or from the producer's token and headers.
package struct JobLineDefaults: Sendable {
    package var useCase: String?
    package var clientID: String?
    package var callbackURL: String?
    package var runAt: String?
    package var maxAttempts: Int
    package var expiresAt: String?
    package var traceparent: String?
    package var tracestate: String?
    package var queue: String?
    package var groupKey: String?
    package var priority: Int
    package var dedupe: Dedupe?
    package var after: AfterJobs?
    package var batchID: UUID?

    /// Creates defaults; nil leaves a field without a default.
    package init(
        useCase: String? = nil, clientID: String? = nil, callbackURL: String? = nil, runAt: String? = nil,
        maxAttempts: Int = Limits.maxAttempts, expiresAt: String? = nil, traceparent: String? = nil,
        tracestate: String? = nil, queue: String? = nil, groupKey: String? = nil, priority: Int = 0,
        dedupe: Dedupe? = nil, after: AfterJobs? = nil, batchID: UUID? = nil
    ) {
        self.batchID = batchID
        self.after = after
        self.dedupe = dedupe
        self.queue = queue
        self.groupKey = groupKey
        self.priority = priority
        (self.traceparent, self.tracestate) = (traceparent, tracestate)
        self.useCase = useCase
        self.clientID = clientID
        self.callbackURL = callbackURL
        self.runAt = runAt
        self.maxAttempts = maxAttempts
        self.expiresAt = expiresAt
    }
}

/// A new job as a JSON object: a line of a load, or the body of an enqueue. The request stands either under `request`
/// or as the object's own fields.
package struct JobLine {
    /// Maximum bytes of a line: a request of maximum size and 64 KiB for the keys beside `request`.
    package static let limit = Limits.requestBytes + (64 << 10)

    private static let options: Set<String> = [
        "callback_url", "run_at", "max_attempts", "expires_at", "traceparent", "tracestate", "queue", "group_key",
        "priority", "dedupe_key", "dedupe", "dedupe_seconds", "after", "on_failure", "batch_id",
    ]
    private static let keys: Set<String> = ["use_case", "ix_client_id", "request_id"]

    private let document: JSONDocument
    private let fields: JSONDocument

    /// Reads the object; `field` names it in a refusal.
    package init(_ bytes: some Collection<UInt8>, field: String = "line") throws(InvalidInput) {
        document = try Self.document(bytes, field)
        fields = try Self.fields(of: document)
    }

    /// The `client_id` that the line names; nil when the line names none.
    package var clientID: String? { get throws(InvalidInput) { try key("ix_client_id") } }

    /// The `request_id` that the line names; nil when the line names none.
    package var requestID: String? { get throws(InvalidInput) { try key("request_id") } }

    /// Returns true when the line has a `traceparent` or a `tracestate` that `insertion` left out of `job`, because it is
    /// malformed.
    package func leavesTraceOut(of job: NewJob) -> Bool {
        guard let kept = job.traceContext else { return document["traceparent"] != nil }
        return document["tracestate"] != nil && TraceParent.state(of: kept) == nil
    }

    /// Returns the job to insert, under the line's `request_id` or, without any, under `requestID`.
    ///
    /// Failure: `InvalidInput` with the name of the field when the line can't be taken.
    package func insertion(
        _ defaults: JobLineDefaults, requestID: @autoclosure () -> String?
    ) throws(InvalidInput) -> NewJob {
        let request = try RequestIX(
            useCase: document.required("use_case", try key("use_case") ?? defaults.useCase),
            clientID: document.required("client_id", try key("ix_client_id") ?? defaults.clientID),
            requestID: document.required("request_id", try self.requestID ?? requestID()), fields: fields)
        var job = try NewJob(
            request, callbackURL: try document.text("callback_url") ?? defaults.callbackURL,
            runAt: try document.text("run_at") ?? defaults.runAt,
            priority: try document.integer("priority") ?? defaults.priority,
            maxAttempts: try document.integer("max_attempts") ?? defaults.maxAttempts,
            expiresAt: try document.text("expires_at") ?? defaults.expiresAt,
            queue: try document.text("queue") ?? defaults.queue,
            groupKey: try document.text("group_key") ?? defaults.groupKey)
        // A line with a key of its own takes no half of the command's.
        job.dedupe =
            try Dedupe(
                key: document.text("dedupe_key"), rule: document.text("dedupe"),
                seconds: document.number("dedupe_seconds")) ?? defaults.dedupe
        job.after = try AfterJobs(document) ?? defaults.after
        job.batchID = try document.uuid("batch_id") ?? defaults.batchID
        let parent = try document.text("traceparent")
        let state = try document.text("tracestate")
        // A line with a place of its own takes no half of the command's.
        job.traceContext = TraceParent.context(
            parent ?? defaults.traceparent, state: parent == nil ? state ?? defaults.tracestate : state)
        return job
    }

    /// A request may be as deep as at any door, and stand a level down. What no store can keep is the request's fault.
    private static func document(
        _ bytes: some Collection<UInt8>, _ field: String
    ) throws(InvalidInput) -> JSONDocument {
        do throws(InvalidInput) {
            return try JSONDocument(bytes, field: field, limit: limit, nesting: Limits.nesting * 2)
        } catch {
            throw InvalidInput(error.reason.hasPrefix("holds ") ? "request" : field, error.reason)
        }
    }

    private static func fields(of document: JSONDocument) throws(InvalidInput) -> JSONDocument {
        guard let request = document["request"] else {
            return try JSONDocument(
                document.without(options).text.utf8, field: "request", limit: Limits.requestBytes)
        }
        let others = document.names.filter { $0 != "request" && !options.contains($0) && !keys.contains($0) }
        if let other = others.first { throw InvalidInput(other, "must be inside \"request\", not beside it") }
        return try JSONDocument(request.text.utf8, field: "request", limit: Limits.requestBytes)
    }

    /// Returns a key from beside `request` or from inside `request`. Two different values are an error.
    private func key(_ name: String) throws(InvalidInput) -> String? {
        do throws(InvalidInput) {
            let outer = try document.text(name)
            let inner = try fields.text(name)
            if let outer, let inner, outer != inner {
                throw InvalidInput(name, "differs from the one inside \"request\"")
            }
            return outer ?? inner
        } catch {
            // The message names the field by the name of its column.
            throw InvalidInput(name == "ix_client_id" ? "client_id" : name, error.reason)
        }
    }
}

extension NewJob {
    /// The job as a line that `JobLine` reads.
    package var line: String {
        let texts = [
            ("callback_url", callbackURL), ("run_at", runAt), ("expires_at", expiresAt),
            ("traceparent", traceContext.flatMap(TraceParent.parent)),
            ("tracestate", traceContext.flatMap(TraceParent.state)), ("queue", queue), ("group_key", groupKey),
        ]
        let order = priority == 0 ? [] : [("priority", "\(priority)")]
        return JSONPairs(
            [("request", request.document.text), ("max_attempts", "\(maxAttempts)")] + order
                + ((dedupe?.members ?? []) + (after?.members ?? []) + (batchID?.batchMember ?? [])).map {
                    ($0.name, $0.json)
                }
                + texts.compactMap { name, value in value.map { (name, JSONPairs.literal($0)) } }
        ).text
    }
}
