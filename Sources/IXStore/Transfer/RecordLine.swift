import FoundationEssentials
package import IXCore

/// A job's line of an export, read back.
package struct RecordLine {
    private static let names = Set([
        "job_id", "ix_id", "client_id", "request_id", "use_case", "status", "request", "response", "callback_url",
        "callback_status", "attempts", "max_attempts", "priority", "created_at", "run_at", "started_at", "finished_at",
        "expires_at", "claim_id", "finished_claim", "daemon_id", "cancel_requested_at", "resubmit_of", "ix_attempts",
        "ix_callback_due", "queue", "group_key", "batch_id",
    ])

    private let row: JSONDocument
    private let wait: JSONFragment?

    /// A job's documents may be as deep as any, and stand two levels down.
    package init(_ bytes: [UInt8]) throws(InvalidInput) {
        let line = try JSONDocument(bytes, field: "line", limit: ExportLine.limit, nesting: Limits.nesting * 2)
        guard let job = line["job"], line.names.allSatisfy({ ["job", "waits"].contains($0) }) else {
            throw InvalidInput("line", "is not a job of an export")
        }
        wait = line["waits"]
        row = try JSONDocument(job.text.utf8, field: "job", limit: ExportLine.limit, nesting: Limits.nesting * 2)
        // A column that this program doesn't know would be lost.
        if let other = row.names.first(where: { !Self.names.contains($0) }) {
            throw InvalidInput(other, "is not a column of ix_jobs")
        }
    }

    package func record() throws(InvalidInput) -> JobRecord {
        let record = JobRecord(
            try job(), attempts: try attempts(), isCallbackDue: try isCallbackDue(), wait: try jobWait())
        try RecordCheck(record).run()
        return record
    }

    private func job() throws(InvalidInput) -> Job {
        Job(
            jobID: try row.required("job_id", try row.uuid("job_id")), ixID: try text("ix_id"),
            clientID: try text("client_id"), requestID: try text("request_id"), useCase: try row.text("use_case"),
            status: try status(), request: try document("request", Limits.requestBytes) ?? "",
            response: try document("response", Limits.responseBytes), callbackURL: try row.text("callback_url"),
            callbackStatus: try callbackStatus(), attempts: try count("attempts"),
            maxAttempts: try count("max_attempts"), priority: try count("priority"),
            createdAt: try row.required("created_at", try time("created_at")),
            runAt: try time("run_at"), startedAt: try time("started_at"),
            finishedAt: try time("finished_at"), expiresAt: try time("expires_at"),
            claimID: try row.uuid("claim_id"), finishedClaim: try row.uuid("finished_claim"),
            daemonID: try row.uuid("daemon_id"), cancelRequestedAt: try time("cancel_requested_at"),
            resubmitOf: try row.uuid("resubmit_of"), queue: try key("queue"), groupKey: try key("group_key"),
            batchID: try row.uuid("batch_id"))
    }

    private func jobWait() throws(InvalidInput) -> JobWait? {
        guard let wait else { return nil }
        guard let object = wait.object else { throw InvalidInput("waits", "is not a JSON object") }
        return try JobWait(object)
    }

    /// Returns true when the member exists. An export writes the member only with the value true.
    private func isCallbackDue() throws(InvalidInput) -> Bool {
        guard let value = row["ix_callback_due"] else { return false }
        guard value.text == "true" else { throw InvalidInput("ix_callback_due", "is not true") }
        return true
    }

    private func status() throws(InvalidInput) -> JobStatus {
        guard let status = JobStatus(rawValue: try text("status")), status != .running else {
            throw InvalidInput("status", "is not pending, done or error")
        }
        return status
    }

    private func callbackStatus() throws(InvalidInput) -> CallbackStatus? {
        guard let text = try row.text("callback_status") else { return nil }
        guard let status = CallbackStatus(rawValue: text) else {
            throw InvalidInput("callback_status", "is neither delivered nor failed")
        }
        return status
    }

    /// Returns the document's text unchanged; nil for null, which only a response may be.
    private func document(_ name: String, _ limit: Int) throws(InvalidInput) -> String? {
        let value = try row.required(name, row[name])
        if value.isNull && name == "response" { return nil }
        guard value.text.utf8.count <= limit + ExportLine.allowance else {
            throw InvalidInput(name, "over \(limit) bytes")
        }
        return try JSONDocument(value.text.utf8, field: name, limit: limit + ExportLine.allowance).text
    }

    private func attempts() throws(InvalidInput) -> [AttemptRecord] {
        guard let elements = try row.required("ix_attempts", row["ix_attempts"]).elements else {
            throw InvalidInput("ix_attempts", "is not an array")
        }
        var attempts: [AttemptRecord] = []
        for element in elements {
            guard let object = element.document else {
                throw InvalidInput("ix_attempts", "has an element that is not an object")
            }
            attempts.append(try AttemptRecord(object))
        }
        return attempts
    }

    private func time(_ name: String) throws(InvalidInput) -> String? {
        try row.text(name).map { text throws(InvalidInput) in try TimeText.read(text, field: name) }
    }

    private func key(_ name: String) throws(InvalidInput) -> String? {
        try row.text(name).map { text throws(InvalidInput) in try Keys.validated(text, field: name) }
    }

    private func text(_ name: String) throws(InvalidInput) -> String { try row.required(name, try row.text(name)) }
    private func count(_ name: String) throws(InvalidInput) -> Int { try row.required(name, try row.integer(name)) }
}

extension AttemptRecord {
    fileprivate init(_ row: JSONDocument) throws(InvalidInput) {
        self.init(
            attempt: try row.required("attempt", try row.integer("attempt")),
            claimID: try row.required("claim_id", try row.uuid("claim_id")), daemonID: try row.uuid("daemon_id"),
            startedAt: try row.text("started_at"), endedAt: try row.required("ended_at", try row.text("ended_at")),
            note: AttemptNote(
                outcome: try row.required("outcome", try row.text("outcome")), exitStatus: try row.text("exit_status"),
                logTail: try row.text("log_tail") ?? ""),
            starts: try row.integer("starts") ?? 1)
    }
}

extension JSONFragment {
    /// Returns the fragment as an object, like `object`, with the larger limit which an attempt's log needs.
    fileprivate var document: JSONDocument? {
        // ignored: a fragment of a valid document is valid, so the only failure is "not an object"
        try? JSONDocument(text.utf8, field: "value", limit: ExportLine.limit)
    }
}
