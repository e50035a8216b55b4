import FoundationEssentials
import IXCore
import Testing

/// The small rules: keys, addresses, statuses, waits.
@Suite struct RuleTests {
    @Test(arguments: ["a", String(repeating: "k", count: 255), String(repeating: "ü", count: 127), " ", "a/b c:d", "😀"])
    func `a key of 1 to 255 bytes is taken as it is`(_ key: String) throws {
        #expect(try Keys.validated(key, field: "request_id") == key)
    }

    @Test(arguments: [
        ("", "is empty"), (String(repeating: "k", count: 256), "over 255 bytes"),
        (String(repeating: "ü", count: 128), "over 255 bytes"), ("a\u{0}", "holds a control character"),
        ("a\tb", "holds a control character"), ("\u{7F}", "holds a control character"),
        ("\u{9F}", "holds a control character"), ("\r\n", "holds a control character"),
    ])
    func `another key is refused`(_ row: (key: String, reason: String)) {
        let error = #expect(throws: InvalidInput.self) { try Keys.validated(row.key, field: "client_id") }
        #expect(error == InvalidInput("client_id", row.reason))
    }

    @Test(arguments: [
        "http://a", "https://example.com:8443/x?y=z", "HTTP://A", "http://[::1]:80/",
        "https://xn--bcher-kva.example/%C3%BC", "http://a/" + String(repeating: "x", count: 2039),
    ])
    func `an absolute http or https address is taken`(_ url: String) throws {
        #expect(try Keys.validatedURL(url) == url)
    }

    @Test(arguments: [
        "", "a", "/x", "//a", "http:", "http:/a", "http://", "http:///x", "http://?x", "http://#x", "http://:80",
        "http://@a", "ftp://a", "javascript://a", "http://a b", "http://a\n", " http://a", "http://a\u{85}",
        "http://a/" + String(repeating: "x", count: 2040), "http://a/#w", "https://bücher.example/", "http://a/{id}",
    ])
    func `another address is refused`(_ url: String) {
        let error = #expect(throws: InvalidInput.self) { try Keys.validatedURL(url) }
        #expect(error?.field == "callback_url")
    }

    @Test func `a status has the contract's edges and no others`() {
        let edges = JobStatus.allCases.flatMap { from in
            JobStatus.allCases.filter { from.mayBecome($0) }.map { "\(from)>\($0)" }
        }
        #expect(
            edges == ["pending>running", "pending>error", "running>pending", "running>done", "running>error"])
        #expect(JobStatus.allCases.filter(\.isTerminal) == [.done, .error])
        #expect(JobStatus.allCases.map(\.rawValue) == ["pending", "running", "done", "error"])
        #expect(CallbackStatus.allCases.map(\.rawValue) == ["delivered", "failed"])
    }

    @Test func `a wait doubles up to its limit, and starts over after a success`() {
        var (backoff, random) = (Backoff(first: .milliseconds(100), limit: .seconds(1)), Counting())
        for step in [100, 200, 400, 800, 1000, 1000].map({ Duration.milliseconds($0) }) {
            let wait = backoff.next(using: &random)
            #expect(wait >= step * 0.5 && wait <= step)
        }
        backoff.reset()
        #expect(backoff.next(using: &random) <= .milliseconds(100))
    }

    @Test func `a wait lies between half of its step and the whole, however many failures there were`() {
        var backoff = Backoff()
        for failure in 0..<200 {
            let (wait, whole) = (
                backoff.next(), min(Duration.milliseconds(100) * (1 << min(failure, 20)), .seconds(3))
            )
            #expect(wait >= whole * 0.5 && wait <= whole)
        }
    }

    @Test func `attempts are counted as people count`() {
        #expect(Attempt(jobID: UUID(), attempts: 0, claimID: UUID()).number == 1)
    }
}

/// The same bits in every run.
private struct Counting: RandomNumberGenerator {
    private var state: UInt64 = 0

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return state
    }
}
