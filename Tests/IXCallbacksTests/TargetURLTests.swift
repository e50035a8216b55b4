import IXCore
import IXTestSupport
import Testing

@testable import IXCallbacks

@Suite struct TargetURLTests {
    @Test(arguments: [
        ("http://a", "http", "a", 80, "/"), ("https://A.Example/x/y?z=1", "https", "a.example", 443, "/x/y?z=1"),
        ("HTTP://shop.example:8080?q", "http", "shop.example", 8080, "/?q"),
        ("http://127.0.0.1/", "http", "127.0.0.1", 80, "/"),
        ("http://[::1]:9/", "http", "::1", 9, "/"),
        ("http://xn--bcher-kva.example/", "http", "xn--bcher-kva.example", 80, "/"),
        ("http://name_with-all.3x/", "http", "name_with-all.3x", 80, "/"),
        ("http://root.example./", "http", "root.example.", 80, "/"),
    ])
    func `a plain URL is read as other programs read it`(
        _ text: String, _ scheme: String, _ host: String, _ port: Int, _ target: String
    ) throws {
        let url = try TargetURL(text)
        #expect((url.scheme, url.host) == (scheme, host) && (url.port, url.target) == (port, target))
    }

    @Test(arguments: HostileURLs.malformed)
    func `what two parsers may read differently is refused`(_ text: String) {
        #expect(throws: InvalidInput.self) { try TargetURL(text) }
    }

    @Test func `a URL over 2048 bytes is refused`() {
        #expect(throws: InvalidInput.self) { try TargetURL("http://a/" + String(repeating: "x", count: 2048)) }
    }

    @Test func `the reason never quotes the URL`() throws {
        do {
            _ = try TargetURL("https://user:geheim@example.com/geheim?geheim")
            Issue.record("it was taken")
        } catch {
            #expect(!error.description.contains("geheim"))
        }
    }

    @Test func `the Host header names a port that isn't the scheme's`() throws {
        #expect(try TargetURL("https://a:443/").hostHeader == "a")
        #expect(try TargetURL("http://a:8080/").hostHeader == "a:8080")
        #expect(try TargetURL("http://[::1]:8080/").hostHeader == "[::1]:8080")
    }
}
