import Testing

@testable import IXCore

/// What a request and a response must hold.
@Suite struct RequestTests {
    @Test func `a request names its pipeline and its two keys`() throws {
        let text = #"{"use_case":"extract","ix_client_id":"c","request_id":"r","context":{"x":1.10},"ix_id":"0123"}"#
        let request = try RequestIX(JSONDocument(request: text))
        #expect(request.useCase == "extract" && request.clientID == "c" && request.requestID == "r")
        #expect(request.ixID == "0123" && request.document.text == text)
    }

    @Test(arguments: [
        (#"{"ix_client_id":"c","request_id":"r"}"#, "use_case", "is missing"),
        (#"{"use_case":"u","request_id":"r"}"#, "client_id", "is missing"),
        (#"{"use_case":"u","ix_client_id":"c"}"#, "request_id", "is missing"),
        (#"{"use_case":1,"ix_client_id":"c","request_id":"r"}"#, "use_case", "is not a string"),
        (#"{"use_case":"u","ix_client_id":null,"request_id":"r"}"#, "client_id", "is missing"),
        (#"{"use_case":"u","ix_client_id":"c","request_id":""}"#, "request_id", "is empty"),
        (#"{"use_case":"u","ix_client_id":"c","request_id":"a\nb"}"#, "request_id", "holds a control character"),
    ])
    func `a request without proper names is refused`(_ row: (text: String, field: String, reason: String)) throws {
        let document = try JSONDocument(request: row.text)
        let error = #expect(throws: InvalidInput.self) { try RequestIX(document) }
        #expect(error == InvalidInput(row.field, row.reason))
        #expect(error?.description == "\(row.field): \(row.reason)")
    }

    @Test func `names given beside the document take the place of its own`() throws {
        let fields = try JSONDocument(request: #"{"use_case":"x","request_id":7,"keep":1e400}"#)
        let request = try RequestIX(useCase: "u", clientID: "c", requestID: "r", fields: fields)
        #expect(request.document.text == #"{"keep":1e400,"use_case":"u","ix_client_id":"c","request_id":"r"}"#)
    }

    @Test func `names that push a document over the limit are refused`() throws {
        let filling = #"{"a":""# + String(repeating: "x", count: (1 << 20) - 30) + #""}"#
        let fields = try JSONDocument(request: filling)
        let error = #expect(throws: InvalidInput.self) {
            try RequestIX(useCase: "extract", clientID: "client", requestID: "request", fields: fields)
        }
        #expect(error?.field == "request")
    }

    @Test(
        arguments: [
            (#"{}"#, nil), (#"{"error":null}"#, nil), (#"{"error":{"code":"x"},"a":1}"#, "x"),
            (#"{"error":{"code":"x","message":"m","detail":[1]}}"#, "x"),
        ] as [(String, String?)])
    func `a response says whether it is an error`(_ row: (text: String, code: String?)) throws {
        #expect(try ResponseIX(JSONDocument(response: row.text)).errorCode == row.code)
    }

    @Test(arguments: [
        (#"{"error":"x"}"#, "response.error"), (#"{"error":false}"#, "response.error"),
        (#"{"error":[]}"#, "response.error"),
        (#"{"error":{}}"#, "response.error.code"), (#"{"error":{"code":1}}"#, "response.error.code"),
    ])
    func `an error of another shape is refused`(_ row: (text: String, field: String)) throws {
        let document = try JSONDocument(response: row.text)
        let error = #expect(throws: InvalidInput.self) { try ResponseIX(document) }
        #expect(error?.field == row.field)
    }

    @Test func `a response repeats its job's names and keeps the rest`() throws {
        let names = JobNames(useCase: "u", clientID: "c", requestID: "r", ixID: "f")
        let response = try ResponseIX(JSONDocument(response: #"{"ix_id":"forged","big":12345678901234567890}"#))
        #expect(
            response.answering(names).document.text
                == #"{"big":12345678901234567890,"use_case":"u","ix_client_id":"c","request_id":"r","ix_id":"f"}"#)
        let nameless = JobNames(useCase: nil, clientID: "c", requestID: "r", ixID: "f")
        #expect(ResponseIX(error: JobError("x", "m")).answering(nameless).document["use_case"] == nil)
    }

    @Test func `an error of ours is a document like any other`() throws {
        let response = ResponseIX(error: JobError("code", "a \"message\"\n", detail: "d"))
        #expect(response.document.text == #"{"error":{"code":"code","message":"a \"message\"\n","detail":"d"}}"#)
        #expect(try ResponseIX(JSONDocument(response: response.document.text)).errorCode == "code")
    }

    @Test func `a response made of members has no error`() throws {
        let number = try #require(try JSONDocument(request: #"{"a":1.10}"#)["a"])
        #expect(ResponseIX(members: [("error", number), ("a", number)]).document.text == #"{"error":null,"a":1.10}"#)
    }
}
