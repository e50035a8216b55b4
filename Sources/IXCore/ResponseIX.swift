/// What a job ended with: `error` (null, or an object with `code` and `message`) and whatever the pipeline returned.
public struct ResponseIX: Sendable, Equatable {
    public let document: JSONDocument

    /// Takes what a pipeline returned. An `error` that is neither null nor an object with a text `code` is refused.
    public init(_ document: JSONDocument) throws(InvalidInput) {
        self.document = document
        guard let error = document["error"], !error.isNull else { return }
        guard let body = error.object else { throw InvalidInput("response.error", "is neither null nor an object") }
        guard body["code"]?.string != nil else { throw InvalidInput("response.error.code", "is not a string") }
    }

    /// A response that is nothing but an error.
    public init(error: JobError) {
        var body = [(key: "code", value: JSONString.encode(error.code))]
        body.append((key: "message", value: JSONString.encode(error.message)))
        if let detail = error.detail { body.append((key: "detail", value: JSONString.encode(detail))) }
        document = JSONDocument(trusted: [("error", JSONDocument(trusted: body).text)])
    }

    /// A response without error that holds `members`, JSON texts by name.
    public init(members: [(key: String, value: JSONFragment)]) {
        let rest = members.filter { $0.key != "error" }.map { (key: $0.key, value: $0.value.text) }
        document = JSONDocument(trusted: [("error", "null")] + rest)
    }

    /// The code of the error, nil for a success.
    public var errorCode: String? { document["error"]?.object?["code"]?.string }

    /// The same response with the job's names filled in from its request.
    public func answering(_ job: JobNames) -> ResponseIX {
        ResponseIX(unchecked: document.setting(job.fields))
    }

    private init(unchecked document: JSONDocument) { self.document = document }
}

/// Why a job ended in `error`: a code for programs, a message safe for callers, and optionally what helps to mend it.
public struct JobError: Sendable, Equatable {
    public let code: String
    public let message: String
    public let detail: String?

    public init(_ code: String, _ message: String, detail: String? = nil) {
        self.code = code
        self.message = message
        self.detail = detail
    }
}

/// The four names a response repeats from its job.
public struct JobNames: Sendable, Equatable {
    public let useCase: String?
    public let clientID: String
    public let requestID: String
    public let ixID: String

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
