import FoundationEssentials
import IXCore
import IXTestSupport
import Testing

/// Two verifiers that others wrote look at what the daemon sends. `.ci/setup all` installs them under `.build/verifiers`.
@Suite(.needsPostgres, .enabled(if: Verifiers.areThere, "no .build/verifiers: see .ci/setup"), .timeLimit(.minutes(3)))
struct VerifierTests {
    private static let script = """
        import json, sys
        library, secret = sys.argv[1:]
        if library == "svix":
            from svix.webhooks import Webhook
        else:
            from standardwebhooks.webhooks import Webhook
        for line in sys.stdin:
            post = json.loads(line)
            headers = {name.lower(): value for name, value in post["headers"].items()}
            Webhook(secret).verify(post["body"], headers)
            try:
                Webhook(secret).verify(post["body"] + " ", headers)
                print("a changed body passed")
            except Exception:
                print("genuine")
        """

    @Test(arguments: ["standardwebhooks", "svix"])
    func `foreign verifiers find every callback genuine, also while a secret is exchanged`(_ library: String)
        async throws
    {
        let receiver = try await TestReceiver.behaving()
        defer { receiver.stop() }
        let other = "whsec_" + Data(repeating: 3, count: 32).base64EncodedString()
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(
                database.url, set: ["callback.secret=\(other) \(TestReceiver.secret)"])
            for text in ["plain", "ümläut ☃", "12345678901234567890", #"quote \" and \n"#] {
                let fields = "{\"context\":{\"text\":\"\(text)\",\"big\":12345678901234567890}}"
                _ = try await database.enqueue("echo", fields: fields, callback: receiver.url)
            }
            _ = try await receiver.wait(for: 4)
            for secret in [TestReceiver.secret, other] {
                let verifier = try TestProcess(
                    Verifiers.python, ["-c", Self.script, library, secret], keepsInput: true)
                for line in receiver.received { verifier.write(line + "\n") }
                verifier.closeInput()
                #expect(try await verifier.exitStatus() == .code(0))
                #expect(verifier.lines.filter { $0 == "genuine" }.count == 4, "\(verifier.lines)")
            }
            #expect(try await daemon.terminate() == .code(0))
        }
    }
}

private enum Verifiers {
    static let python =
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path + "/.build/verifiers/bin/python"

    /// In CI nothing is skipped: there it fails instead.
    static let areThere = FileManager.default.isExecutableFile(atPath: python) || Environment["CI"] == "true"
}
