import IXCore
import IXStore
import Testing

@testable import IXCallbacks

@Suite struct ShareTests {
    @Test func `what a client has under way is taken off its share`() {
        var clients = ClientShares(share: 3)
        clients.began("a")
        clients.began("a")
        clients.began("b")
        #expect(clients.left == ["a": 1, "b": 2])
        clients.ended("b")
        clients.ended("a")
        clients.ended("nobody")
        clients.share = 1
        #expect(clients.left == ["a": 0])
    }

    @Test func `an address is bounded, whatever names lead there, and half of it is one client's at most`() throws {
        let slots = AddressSlots()
        let address = try #require(IPAddress("192.0.2.1"))
        #expect(slots.take(address, for: "a", limit: 4) && slots.take(address, for: "a", limit: 4))
        #expect(!slots.take(address, for: "a", limit: 4))
        #expect(slots.take(address, for: "b", limit: 4) && slots.take(address, for: "c", limit: 4))
        #expect(!slots.take(address, for: "d", limit: 4))
        slots.release(address, for: "a")
        #expect(!slots.take(address, for: "e", limit: 1) && slots.take(address, for: "d", limit: 4))
        let other = try #require(IPAddress("192.0.2.2"))
        #expect(slots.take(other, for: "a", limit: 1) && !slots.take(other, for: "b", limit: 1))
    }

    @Test func `the addresses of one IPv6 network are one`() throws {
        let slots = AddressSlots()
        let one = try #require(IPAddress("2001:db8::1")), two = try #require(IPAddress("2001:db8::2"))
        let other = try #require(IPAddress("2001:db8:0:1::1"))
        #expect(slots.take(one, for: "a", limit: 1) && !slots.take(two, for: "b", limit: 1))
        #expect(slots.take(other, for: "b", limit: 1))
        slots.release(one, for: "a")
        #expect(slots.take(two, for: "b", limit: 1))
    }
}

@Suite struct SigningSecretsTests {
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    private func secrets(_ endpoints: [String]) throws -> SigningSecrets {
        try SigningSecrets(standard: Self.secret, clients: ["shop": Self.secret], endpoints: endpoints)
    }

    @Test(arguments: [
        ("shop", "https://shop.example/hook", true), ("shop", "https://SHOP.example:443/", true),
        ("shop", "https://b.example:8443/x?y", true), ("shop", "http://shop.example/hook", false),
        ("shop", "https://shop.example:444/", false), ("shop", "https://mallory.example/", false),
        ("shop", "https://shop.example.mallory.example/", false), ("a=b", "http://127.0.0.1:8080/", true),
        ("other", "https://mallory.example/", true),
    ])
    func `a client whose endpoints are named is signed for there and nowhere else`(
        _ row: (client: String, url: String, isSigned: Bool)
    ) throws {
        let secrets = try secrets([
            "shop=https://shop.example", "shop=https://b.example:8443/", "a=b=http://127.0.0.1:8080",
        ])
        #expect((secrets.signature(for: row.client, at: try TargetURL(row.url)) != nil) == row.isSigned)
    }

    @Test(arguments: [
        "shop", "https://shop.example", "=https://shop.example", "shop=ftp://shop.example", "shop=https://",
        "shop=https://shop.example/path", "shop=https://ada:hush@shop.example", "shop=https://shop.example:0",
    ])
    func `an endpoint that is none is refused`(_ text: String) {
        let refusal = #expect(throws: InvalidInput.self) { try secrets([text]) }
        #expect(refusal?.field == "client_endpoints" && refusal?.description.contains("hush") == false)
    }
}
