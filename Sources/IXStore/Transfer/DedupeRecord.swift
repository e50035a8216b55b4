package import FoundationEssentials
package import IXCore

/// `DedupeRecord` holds the newest job of a dedupe key, so that the target answers a repeat as the source did.
package struct DedupeRecord: Sendable, Equatable {
    package let clientID: String
    package let useCase: String
    package let key: String
    package let jobID: UUID
    /// Time of the job, or of the first job that it replaced.
    package let at: String
    /// Time until which the record is needed even when the job has ended.
    package let keptUntil: String

    package init(clientID: String, useCase: String, key: String, jobID: UUID, at: String, keptUntil: String) {
        (self.clientID, self.useCase, self.key) = (clientID, useCase, key)
        (self.jobID, self.at, self.keptUntil) = (jobID, at, keptUntil)
    }

    /// The record as an object of a line of an export.
    package var json: String {
        JSONPairs([
            ("client_id", JSONPairs.literal(clientID)), ("use_case", JSONPairs.literal(useCase)),
            ("dedupe_key", JSONPairs.literal(key)), ("job_id", JSONPairs.literal(jobID.uuidString.lowercased())),
            ("at", JSONPairs.literal(at)), ("kept_until", JSONPairs.literal(keptUntil)),
        ]).text
    }

    /// Reads an object that `json` returned. Failure: `InvalidInput` names the field.
    package init(_ document: JSONDocument) throws(InvalidInput) {
        let text = { (name: String) throws(InvalidInput) -> String in
            try document.required(name, try document.text(name))
        }
        clientID = try Keys.validated(text("client_id"), field: "client_id")
        useCase = try Keys.validated(text("use_case"), field: "use_case")
        key = try Keys.validated(text("dedupe_key"), field: "dedupe_key")
        jobID = try document.required("job_id", try document.uuid("job_id"))
        at = try TimeText.read(text("at"), field: "at")
        keptUntil = try TimeText.read(text("kept_until"), field: "kept_until")
    }
}
