/// A producer's request: `use_case` names the pipeline, two keys name the job, and all further fields belong to the
/// producer.
public struct RequestIX: Sendable, Equatable {
    /// The whole document, the three names included.
    public let document: JSONDocument
    /// Name that selects the pipeline.
    public let useCase: String
    /// The producer's id; `ix_client_id` in the document.
    public let clientID: String
    /// The producer's id of the request, unique per `clientID`.
    public let requestID: String

    /// Validates a document that holds `use_case`, `ix_client_id` and `request_id`.
    ///
    /// Failure: `InvalidInput` naming the missing or invalid field.
    public init(_ document: JSONDocument) throws(InvalidInput) {
        self.document = document
        useCase = try Self.key("use_case", in: document)
        clientID = try Self.key("ix_client_id", as: "client_id", in: document)
        requestID = try Self.key("request_id", in: document)
    }

    /// Writes the three names into `fields`, in place of existing members with the same names.
    ///
    /// Failure: `InvalidInput` naming the invalid field, or `request` above 1 MiB.
    public init(
        useCase: String, clientID: String, requestID: String, fields: JSONDocument
    ) throws(InvalidInput) {
        try self.init(
            fields.setting([("use_case", useCase), ("ix_client_id", clientID), ("request_id", requestID)]))
        guard document.text.utf8.count <= Limits.requestBytes else {
            throw InvalidInput("request", "over \(Limits.requestBytes) bytes")
        }
    }

    /// Identifier that tags every log line of the job; nil before the job is inserted.
    public var ixID: String? { document["ix_id"]?.string }

    /// `field` is what the row's column is called, and every door's message.
    private static func key(
        _ name: String, as field: String? = nil, in document: JSONDocument
    ) throws(InvalidInput) -> String {
        let field = field ?? name
        guard let value = document[name], !value.isNull else { throw InvalidInput(field, "is missing") }
        guard let text = value.string else { throw InvalidInput(field, "is not a string") }
        return try Keys.validated(text, field: field)
    }
}
