package import FoundationEssentials
package import IXCore

/// `JobWait` says what a waiting job of a record waits for, so that the job waits in the target as in the source.
package enum JobWait: Sendable, Equatable {
    /// A job that the waiting one comes after.
    package struct Parent: Sendable, Equatable {
        package let jobID: UUID
        package let onFailure: AfterJobs.OnFailure

        package init(_ jobID: UUID, _ onFailure: AfterJobs.OnFailure) {
            (self.jobID, self.onFailure) = (jobID, onFailure)
        }
    }

    /// The batch whose finisher waits.
    package struct Batch: Sendable, Equatable {
        package let onFailure: BatchRule
        package let isOpen: Bool
        /// Since when the members are being cancelled.
        package let cancelledAt: String?
        /// The member whose error is the reason of the cancel.
        package let failedJob: UUID?

        package init(_ onFailure: BatchRule, isOpen: Bool, cancelledAt: String?, failedJob: UUID?) {
            (self.onFailure, self.isOpen) = (onFailure, isOpen)
            (self.cancelledAt, self.failedJob) = (cancelledAt, failedJob)
        }
    }

    /// Parents; none when the next release would let the job go.
    case parents([Parent])
    /// The members of the batch, each of which names the batch itself.
    case members(Batch)

    /// The kind and its value, as a member of a JSON object.
    package var member: (String, String) {
        switch self {
        case .parents(let parents): ("after", "[" + parents.map(\.json).joined(separator: ",") + "]")
        case .members(let batch): ("batch", batch.json)
        }
    }

    /// Reads an object with the member that `member` returned. Failure: `InvalidInput` names the field.
    package init(_ document: JSONDocument) throws(InvalidInput) {
        guard document.names == ["after"] || document.names == ["batch"] else {
            throw InvalidInput("waits", "names neither after nor batch")
        }
        if let value = document["batch"] {
            guard let batch = value.object else { throw InvalidInput("batch", "is not a JSON object") }
            self = .members(try Batch(batch))
        } else {
            self = .parents(try document.objects("after", most: AfterJobs.most, of: "jobs", Parent.init))
        }
    }
}

extension JobWait.Parent {
    fileprivate var json: String {
        JSONPairs([
            ("after_job", JSONPairs.literal(jobID.uuidString.lowercased())),
            ("on_failure", JSONPairs.literal(onFailure.rawValue)),
        ]).text
    }

    /// Reads an object of a list of parents.
    package init(_ document: JSONDocument) throws(InvalidInput) {
        guard let rule = try document.text("on_failure").flatMap(AfterJobs.OnFailure.init) else {
            throw InvalidInput("on_failure", "must be fail or run")
        }
        self.init(try document.required("after_job", try document.uuid("after_job")), rule)
    }
}

extension JobWait.Batch {
    fileprivate var json: String {
        JSONPairs([
            ("on_failure", JSONPairs.literal(onFailure.rawValue)), ("is_open", "\(isOpen)"),
            ("cancelled_at", JSONPairs.literal(cancelledAt)),
            ("failed_job", JSONPairs.literal(failedJob?.uuidString.lowercased())),
        ]).text
    }

    fileprivate init(_ document: JSONDocument) throws(InvalidInput) {
        guard let rule = try document.text("on_failure").flatMap(BatchRule.init) else {
            throw InvalidInput("on_failure", "must be run, fail or cancel_rest")
        }
        let cancelledAt = try document.text("cancelled_at").map { text throws(InvalidInput) in
            try TimeText.read(text, field: "cancelled_at")
        }
        self.init(
            rule, isOpen: document["is_open"]?.text == "true", cancelledAt: cancelledAt,
            failedJob: try document.uuid("failed_job"))
    }
}
