/// What a caller asks for: `use_case` names the pipeline, the two keys name the job, everything else is the caller's.
public struct RequestIX: Sendable, Equatable {
    public let document: JSONDocument
    public let useCase: String
    public let clientID: String
    public let requestID: String

    /// Takes a document that holds `use_case`, `ix_client_id` and `request_id`.
    public init(_ document: JSONDocument) throws(InvalidInput) {
        self.document = document
        useCase = try Self.key("use_case", in: document)
        clientID = try Self.key("ix_client_id", as: "client_id", in: document)
        requestID = try Self.key("request_id", in: document)
    }

    /// Writes the three names into `fields`, in place of what stood there.
    public init(
        useCase: String, clientID: String, requestID: String, fields: JSONDocument
    ) throws(InvalidInput) {
        try self.init(
            fields.setting([("use_case", useCase), ("ix_client_id", clientID), ("request_id", requestID)]))
        guard document.text.utf8.count <= Limits.requestBytes else {
            throw InvalidInput("request", "over \(Limits.requestBytes) bytes")
        }
    }

    /// The identifier that tags every log line of the job; nil before the job is inserted.
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
