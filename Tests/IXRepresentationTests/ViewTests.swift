import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore
import Testing

@Suite struct ViewTests {
    @Test(arguments: [
        (
            ["context.iban"], #"{"context":{"iban":"DE1","name":"Ada"},"n":1.10}"#,
            #"{"context":{"iban":"***","name":"Ada"},"n":1.10}"#
        ),
        (["items.price"], #"{"items":[{"price":1,"id":2},3]}"#, #"{"items":[{"price":"***","id":2},3]}"#),
        (["a", "a.b"], #"{"a":{"b":1}}"#, #"{"a":"***"}"#),
        (["x.y"], #"{ "a" : 1 }"#, #"{ "a" : 1 }"#),
        (["a.b.c"], #"{"a":{"b":"text"}}"#, #"{"a":{"b":"text"}}"#), (["a"], "[1]", #""***""#), ([], "[1]", "[1]"),
    ])
    func `a mask blanks its members and leaves the rest as spelled`(_ paths: [String], _ text: String, _ masked: String)
    {
        #expect(Mask(paths).applied(to: text) == masked)
    }

    @Test func `a reader without documents sees codes, but no messages and no logs`() throws {
        var job = Self.job
        job.status = .error
        job.response = #"{"error":{"code":"timeout","message":"the service of Ada is slow"}}"#
        let hidden = View(showsDocuments: false, mask: Mask([]))
        let object = try JSONDocument(response: JobObject.text(job, hidden))
        #expect(object["error_code"]?.string == "timeout" && object["error_message"]?.isNull == true)
        #expect(object["request"] == nil && object["response"] == nil && object["queue"]?.isNull == true)
        let attempt = AttemptRecord(
            attempt: 1, claimID: .random(), daemonID: nil, startedAt: nil, endedAt: "",
            note: AttemptNote(outcome: "error", exitStatus: nil, logTail: "Ada"))
        #expect(!AttemptObject.text(attempt, hidden).contains("Ada"))
        #expect(AttemptObject.text(attempt).contains("Ada"))
        #expect(JobObject.text(job).contains("Ada"))
    }

    @Test func `a callback URL is shown without user and query`() {
        var job = Self.job
        job.callbackURL = "https://ada:hush@shop.example/done?key=1"
        #expect(JobObject.text(job).contains(#""callback_url":"https://*****@shop.example/done?…""#))
    }

    @Test func `the trace of a job is its caller's, else its own where a page shows traces`() {
        var job = Self.job
        let own = job.jobID.uuidString.lowercased().filter { $0 != "-" }
        let page = TraceLink("https://tempo.example/trace/{trace_id}")
        #expect(TraceLink(nil).members(of: job).isEmpty && page.traceID(of: job) == own)
        #expect(page.page(of: job) == "https://tempo.example/trace/\(own)")
        job.traceContext = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\nvendor=1"
        #expect(TraceLink(nil).members(of: job).map(\.1) == [#""0af7651916cd43dd8448eb211c80319c""#])
        #expect(page.page(of: job) == "https://tempo.example/trace/0af7651916cd43dd8448eb211c80319c")
        job.traceContext = "nonsense"
        #expect(page.traceID(of: job) == own)
    }

    private static let job = Job(
        jobID: .random(), ixID: "0011223344556677", clientID: "shop", requestID: "1", useCase: "invoice",
        status: .pending, request: "{}", response: nil, callbackURL: nil, callbackStatus: nil, attempts: 0,
        maxAttempts: 3, priority: 0,
        createdAt: "2026-03-04T05:06:07.000008Z", runAt: nil, startedAt: nil, finishedAt: nil, expiresAt: nil,
        claimID: nil, finishedClaim: nil, daemonID: nil)
}

@Suite struct JobLineTests {
    @Test func `fields stand in the object or under request`() throws {
        let fields = #""use_case":"a","ix_client_id":"c","request_id":"r","n":1.10"#
        let url = #""callback_url":"http://x.example/""#
        for text in ["{\(fields),\(url)}", "{\"request\":{\(fields)},\(url)}"] {
            let job = try JobLine(text.utf8).insertion(JobLineDefaults(), requestID: nil)
            #expect(job.request.requestID == "r" && job.request.document["n"]?.text == "1.10")
            #expect(job.callbackURL == "http://x.example/" && job.maxAttempts == 3)
        }
    }

    @Test(arguments: [
        (#"{"ix_client_id":"c","request_id":"r"}"#, "use_case"), (#"{"use_case":"a","request_id":"r"}"#, "client_id"),
        (#"{"use_case":"a","ix_client_id":"c"}"#, "request_id"), (#"{"request":{},"other":1}"#, "other"),
        (#"{"use_case":"a","ix_client_id":"c","request_id":"r","request":{"use_case":"b"}}"#, "use_case"),
        ("[]", "body"),
        (#"{"use_case":"a\u0000","ix_client_id":"c","request_id":"r"}"#, "request"),
    ])
    func `a line that makes no job is refused by the name of its field`(_ text: String, _ field: String) {
        let refused = #expect(throws: InvalidInput.self) {
            try JobLine(text.utf8, field: "body").insertion(JobLineDefaults(), requestID: nil)
        }
        #expect(refused?.field == field)
    }
}
