/// The response of an ended job: `error` (null, or an object with `code` and `message`) and the members returned by the
/// pipeline.
public struct ResponseIX: Sendable, Equatable {
    /// The whole document.
    public let document: JSONDocument

    /// Validates the response of a pipeline.
    ///
    /// Failure: `InvalidInput` when `error` is neither null nor an object with a text `code`.
    public init(_ document: JSONDocument) throws(InvalidInput) {
        self.document = document
        guard let error = document["error"], !error.isNull else { return }
        guard let body = error.object else { throw InvalidInput("response.error", "is neither null nor an object") }
        guard body["code"]?.string != nil else { throw InvalidInput("response.error.code", "is not a string") }
    }

    /// Creates a response that contains only an error.
    public init(error: JobError) {
        var body = [(key: "code", value: JSONString.encode(error.code))]
        body.append((key: "message", value: JSONString.encode(error.message)))
        if let detail = error.detail { body.append((key: "detail", value: JSONString.encode(detail))) }
        document = JSONDocument(trusted: [("error", JSONDocument(trusted: body).text)])
    }

    /// Creates a response without error from `members`, JSON texts by name; a member called `error` is dropped.
    public init(members: [(key: String, value: JSONFragment)]) {
        let rest = members.filter { $0.key != "error" }.map { (key: $0.key, value: $0.value.text) }
        document = JSONDocument(trusted: [("error", "null")] + rest)
    }

    /// The code of the error; nil for a success.
    public var errorCode: String? { document["error"]?.object?["code"]?.string }

    /// Returns the response with the job's names filled in, in place of members with the same names.
    public func answering(_ job: JobNames) -> ResponseIX {
        ResponseIX(unchecked: document.setting(job.fields))
    }

    private init(unchecked document: JSONDocument) { self.document = document }
}

/// The reason why a job ended in `error`.
public struct JobError: Sendable, Equatable {
    /// Code for programs, such as `timeout`.
    public let code: String
    /// Message for people; safe to show to callers.
    public let message: String
    /// Further text that helps to correct the cause; nil when there is none.
    public let detail: String?

    /// Creates an error; `detail` is optional.
    public init(_ code: String, _ message: String, detail: String? = nil) {
        self.code = code
        self.message = message
        self.detail = detail
    }
}

/// The four names repeated by a response from its job.
public struct JobNames: Sendable, Equatable {
    /// Name that selects the pipeline; nil for rows of foreign code without a use case.
    public let useCase: String?
    /// The producer's id; `ix_client_id` in the documents.
    public let clientID: String
    /// The producer's id of the request.
    public let requestID: String
    /// Identifier assigned at the insert; every log line of the job carries it.
    public let ixID: String

    /// Creates the names of a row.
    public init(useCase: String?, clientID: String, requestID: String, ixID: String) {
        self.useCase = useCase
        self.clientID = clientID
        self.requestID = requestID
        self.ixID = ixID
    }

    var fields: [(key: String, value: String)] {
        (useCase.map { [("use_case", $0)] } ?? [])
            + [("ix_client_id", clientID), ("request_id", requestID), ("ix_id", ixID)]
    }
}
