import ArgumentParser
import FoundationEssentials
import Glibc
import IXCommand
import IXConfig
import IXCore
import IXWebhooks

struct ListenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "listen",
        abstract: "Receive callbacks, print and verify them, for tests.",
        discussion: """
            Listens on 127.0.0.1 until interrupted. Prints each callback, the check of its signature, and how many times
            its webhook-id was received. Without --secret, the configured `[callback] secret` is used; without any
            secret, signatures are not verified. A wrong signature is answered with 401.
            """.flowing)

    @Argument(help: "The port; 0 takes a free one, which the first line names (with --json on standard error).")
    var port: Int

    @Option(help: "Verify signatures by this: whsec_…, or whpk_… for ed25519; several with blanks between.")
    var secret: String?

    @Option(help: "Answer with this status.")
    var status = 204

    @Option(help: "End after this number of callbacks.")
    var count: Int?

    @Flag(help: "Print one JSON object per callback.")
    var json = false

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("The port is a number from 0 to 65535.") }
        guard (200...599).contains(status) else { throw ValidationError("--status is a number from 200 to 599.") }
        if let count, count < 1 { throw ValidationError("--count is 1 or more.") }
    }

    func run() async throws {
        let configured = try options.load(environment: ProcessInfo.processInfo.environment).callback.secret.text
        let text = secret ?? configured
        let verifier: WebhookVerifier?
        do { verifier = text.isEmpty ? nil : try WebhookVerifier(text) } catch {
            throw Exit.usage.saying("--secret: \(error.reason)")
        }
        let listener = Listener(verifier: verifier, status: status, count: count, json: json)
        do { try await listener.run(port: port) } catch let error as ListenFailure {
            throw Exit.unavailable.saying(error.reason)
        }
    }
}
