import FoundationEssentials
import IXCore
import IXWebhooks
import Testing

/// The vectors of the specification and of its reference libraries.
@Suite struct SignatureTests {
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private static let body = #"{"test": 2432232314}"#
    private static let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    private static let seconds = 1_614_265_330

    private func headers(_ secrets: String) throws -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: try WebhookSignature(secrets)
                .headers(id: Self.id, seconds: Self.seconds, body: Self.body).map { ($0.name, $0.value) })
    }

    @Test func `the published example is signed as published`() throws {
        let headers = try headers(Self.secret)
        #expect(headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        #expect(headers["webhook-id"] == Self.id && headers["webhook-timestamp"] == "\(Self.seconds)")
    }

    @Test func `two secrets sign side by side`() throws {
        let second = "whsec_" + Data(repeating: 7, count: 24).base64EncodedString()
        let both = try headers("\(Self.secret) \(second)")["webhook-signature"]
        #expect(
            try both
                == [headers(Self.secret), headers(second)].compactMap { $0["webhook-signature"] }.joined(separator: " ")
        )
    }

    @Test func `what was signed is found genuine, and nothing else`() throws {
        let signed = try headers(Self.secret)
        let verifier = try WebhookVerifier(Self.secret)
        let other = try WebhookVerifier("whsec_" + Data(repeating: 9, count: 24).base64EncodedString())
        let body = Array(Self.body.utf8)
        #expect(verifier.fault(body: body, now: Self.seconds) { signed[$0] } == nil)
        #expect(verifier.fault(body: body + [0x20], now: Self.seconds) { signed[$0] } != nil)
        #expect(verifier.fault(body: body, now: Self.seconds + 301) { signed[$0] } != nil)
        #expect(verifier.fault(body: body, now: Self.seconds - 301) { signed[$0] } != nil)
        #expect(other.fault(body: body, now: Self.seconds) { signed[$0] } != nil)
        #expect(verifier.fault(body: body, now: Self.seconds) { _ in nil } != nil)
    }

    @Test(arguments: [Int.min, Int.max, 0, -1])
    func `a time of signing that is out of all range is refused`(seconds: Int) throws {
        var signed = try headers(Self.secret)
        signed["webhook-timestamp"] = "\(seconds)"
        let verifier = try WebhookVerifier(Self.secret)
        #expect(verifier.fault(body: Array(Self.body.utf8), now: Self.seconds) { signed[$0] } != nil)
    }

    @Test func `a receiver with the new secret alone and one with the old alone both take what two secrets signed`()
        throws
    {
        let second = "whsec_" + Data(repeating: 7, count: 24).base64EncodedString()
        let signed = try headers("\(Self.secret) \(second)")
        for one in [Self.secret, second] {
            let fault = try WebhookVerifier(one).fault(body: Array(Self.body.utf8), now: Self.seconds) { signed[$0] }
            #expect(fault == nil)
        }
    }

    @Test(arguments: ["whsec_", "whsec_!!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ=", ""])
    func `a secret that is none is refused`(_ text: String) {
        #expect(throws: InvalidInput.self) { try WebhookSignature(text) }
    }
}
