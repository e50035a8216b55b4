package import FoundationEssentials
package import IXCore

/// `Receipt` holds the keys of a request without a job of its own, and the job that answers for the request.
package struct Receipt: Sendable, Equatable {
    /// The request's keys, as the store keeps them.
    package enum Keys: Sendable, Equatable {
        /// PostgreSQL's hashes in hexadecimal: of both keys, and of the client_id where the row has one.
        case hashes(pair: String, client: String?)
        case names(clientID: String, requestID: String)
    }

    /// A page of a store's receipts.
    package struct Page: Sendable {
        package let receipts: [Receipt]
        /// The keys behind which the next page begins; nil behind the last page.
        package let next: Keys?

        package init(_ receipts: [Receipt], next: Keys?) { (self.receipts, self.next) = (receipts, next) }
    }

    package let keys: Keys
    package let jobID: UUID
    /// Time of the answer or of the prune.
    package let at: String

    package init(_ keys: Keys, jobID: UUID, at: String) { (self.keys, self.jobID, self.at) = (keys, jobID, at) }

    /// The receipt as an object of a line of an export.
    package var json: String {
        let names =
            switch keys {
            case .hashes(let pair, let client):
                [("pair", JSONPairs.literal(pair)), ("client", JSONPairs.literal(client))]
            case .names(let clientID, let requestID):
                [("client_id", JSONPairs.literal(clientID)), ("request_id", JSONPairs.literal(requestID))]
            }
        return JSONPairs(
            names + [("job_id", JSONPairs.literal(jobID.uuidString.lowercased())), ("at", JSONPairs.literal(at))]
        ).text
    }

    /// Reads an object that `json` returned. Failure: `InvalidInput` names the field.
    package init(_ document: JSONDocument) throws(InvalidInput) {
        keys = try Keys(document)
        jobID = try document.required("job_id", try document.uuid("job_id"))
        at = try TimeText.read(document.required("at", try document.text("at")), field: "at")
    }
}

extension Receipt.Keys {
    fileprivate init(_ document: JSONDocument) throws(InvalidInput) {
        if let pair = try document.text("pair") {
            let client = try document.text("client")
            try Self.check(pair, bytes: 16, "pair")
            if let client { try Self.check(client, bytes: 6, "client") }
            self = .hashes(pair: pair, client: client)
        } else {
            let text = { (name: String) throws(InvalidInput) -> String in
                try Keys.validated(document.required(name, try document.text(name)), field: name)
            }
            self = .names(clientID: try text("client_id"), requestID: try text("request_id"))
        }
    }

    private static func check(_ text: String, bytes: Int, _ field: String) throws(InvalidInput) {
        guard text.utf8.count == bytes * 2, text.utf8.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) else {
            throw InvalidInput(field, "is not \(bytes) bytes in hexadecimal")
        }
    }
}
