internal import FoundationEssentials
internal import IXCore
internal import IXPipelines
internal import Logging

/// `TrialRequests` makes the requests of a trial: the author's sample, and documents with what programs stumble over.
struct TrialRequests {
    /// A whole number that a program with 64-bit floating point changes.
    static let wholeNumber = "9007199254740993"
    /// A decimal that a program with binary floating point writes differently.
    static let decimal = "1.10"

    /// The author's sample.
    let sample: RequestIX

    init(_ fields: JSONDocument) throws(InvalidInput) { sample = try Self.request(fields) }

    /// Numbers of every size, which every store keeps as written.
    static func numbers() throws(InvalidInput) -> RequestIX {
        try request(
            JSONDocument(
                request: """
                    {"context":{"order":\(wholeNumber),"price":\(decimal),"id":12345678901234567890,"least":-0.0,\
                    "small":1e-300,"large":1.5E+300,"list":[0,-1,0.1]}}
                    """))
    }

    /// Text of every kind: escapes, line ends, quotes, control characters, scripts, emoji, directions.
    static func text() throws(InvalidInput) -> RequestIX {
        try request(
            JSONDocument(
                request: #"""
                    {"context":{"text":"\"quoted\" \\ back / slash\nnew\r\nlines\ttab \u0001\u001f \u2028 \u2029 é ß 漢字 \#
                    שלום \ud83d\ude00 \u202eright to left\u202c '$HOME' `id` %s {}","\"key\"\n":"","":"empty","job":{"x":","},\#
                    "run":{"request":"}}"}},"options":{"done":{"job_id":"of another"}}}
                    """#))
    }

    /// A request near the limit, on one line.
    static func large() throws(InvalidInput) -> RequestIX {
        let text = String(repeating: "a long line ", count: (Limits.requestBytes - 4096) / 12)
        return try request(JSONDocument(request: "{\"context\":{\"text\":\"\(text)\"}}"))
    }

    private static func request(_ fields: JSONDocument) throws(InvalidInput) -> RequestIX {
        try RequestIX(
            useCase: "pipeline-test", clientID: "pipeline-test", requestID: UUID.random().uuidString.lowercased(),
            fields: fields)
    }

    /// Returns the context of a first start of a job.
    static func context(timeout: Duration) -> PipelineContext {
        PipelineContext(
            attempt: Attempt(jobID: .random(), attempts: 0, claimID: .random()), maxAttempts: 3, timeout: timeout,
            logger: Logger(label: "trial") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Returns a note when the response to `numbers` holds a number of the request in another form.
    static func changedNumber(in response: String) -> String? {
        for changed in ["9007199254740992", "9007199254740994", "9.007199254740992e", "9.007199254740993e"] {
            guard !response.contains(wholeNumber), let found = response.firstRange(of: changed) else { continue }
            return "\(wholeNumber) came back as \(response[found])"
        }
        return nil
    }
}
