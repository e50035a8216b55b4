import IXCore
import IXTestSupport
import Testing

@testable import IXCallbacks

@Suite struct EgressPolicyTests {
    private func fault(_ policy: EgressPolicy, _ text: String) throws -> String? {
        let url = try TargetURL(text)
        return policy.fault(of: url) ?? url.address.flatMap { policy.fault(of: [$0]) }
    }

    @Test(arguments: HostileURLs.refusedAlways, [EgressPolicy.Rule.trusted, .strict])
    func `link-local, metadata and impossible addresses are refused by every policy`(
        _ text: String, _ rule: EgressPolicy.Rule
    ) throws {
        #expect(try fault(EgressPolicy(rule, schemes: ["http"]), text) != nil)
    }

    @Test(arguments: HostileURLs.refusedStrictly.filter { !$0.contains("localhost") })
    func `the strict policy lets nothing through to addresses that aren't public`(_ text: String) throws {
        let url = try TargetURL(text)
        #expect(EgressPolicy(.strict).fault(of: url) != nil)
        #expect(EgressPolicy(.strict).fault(of: [try #require(url.address)]) != nil)
    }

    @Test(arguments: ["10.0.0.1", "127.0.0.1", "192.168.1.1", "::1", "fd12::1", "93.184.216.34"])
    func `the trusted policy lets callbacks into private networks and this host`(_ text: String) throws {
        #expect(EgressPolicy(.trusted).fault(of: [try #require(IPAddress(text))]) == nil)
    }

    @Test func `one bad address among good ones is enough`() throws {
        let addresses = try ["93.184.216.34", "127.0.0.1"].map { try #require(IPAddress($0)) }
        #expect(EgressPolicy(.strict).fault(of: addresses) != nil)
        #expect(EgressPolicy(.strict).fault(of: [addresses[0]]) == nil)
    }

    @Test func `what the configuration allows is allowed, and what it refuses is not`() throws {
        let metadata = try #require(IPAddress("169.254.169.254"))
        let inside = try #require(IPAddress("10.1.2.3"))
        let policy = EgressPolicy(
            .strict, allowed: [try Network("169.254.169.254"), try Network("10.0.0.0/8")],
            refused: [try Network("10.1.0.0/16")])
        #expect(policy.fault(of: [metadata]) == nil && policy.fault(of: [inside]) != nil)
        #expect(policy.fault(of: [try #require(IPAddress("10.2.0.1"))]) == nil)
        #expect(
            EgressPolicy(.trusted, refused: [try Network("::1")]).fault(of: [try #require(IPAddress("::1"))]) != nil)
    }

    @Test func `an IPv4 address in IPv6's clothes is the IPv4 address`() throws {
        #expect(IPAddress("::ffff:127.0.0.1") == IPAddress("127.0.0.1"))
        #expect(try Network("127.0.0.0/8").contains(#require(IPAddress("::ffff:7f00:1"))))
    }

    @Test(arguments: [
        ("http://example.com/", false), ("https://example.com/", true), ("https://example.com:8443/", true),
        ("https://example.com:22/", false), ("https://example.com:80/", true), ("https://93.184.216.34/", false),
    ])
    func `the strict policy wants https, a name, and a port that a web server has`(_ text: String, _ passes: Bool)
        throws
    {
        #expect((EgressPolicy(.strict).fault(of: try TargetURL(text)) == nil) == passes)
    }

    @Test func `schemes and ports can be named`() throws {
        let policy = EgressPolicy(.trusted, schemes: ["https"], ports: [8443])
        #expect(policy.fault(of: try TargetURL("https://a:8443/")) == nil)
        #expect(policy.fault(of: try TargetURL("http://a:8443/")) != nil)
        #expect(policy.fault(of: try TargetURL("https://a/")) != nil)
    }

    @Test(arguments: ["10.0.0.0/33", "10.0.0/8", "x", "", "10.0.0.0/", "10.0.0.0/8/8", "::/129", "::1%lo"])
    func `what is no network is refused with its text`(_ text: String) {
        #expect(throws: InvalidInput.self) { try Network(text) }
    }
}
