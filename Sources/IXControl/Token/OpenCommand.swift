import ArgumentParser
import FoundationEssentials
import IXCommand
import IXConfig
import IXCore
import IXRepresentation
import IXStore

struct OpenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Log a browser in, without a token.",
        discussion: """
            Makes a link that opens one session of an operator within a minute, and opens the link in the browser.
            Without a browser, and always with --print, the link is printed.
            """.flowing)

    private static let lifetime: Duration = .seconds(60)

    @Option(
        help: ArgumentHelp(
            "The address by which the browser reaches the server: https://queue.example. Otherwise [http] says.",
            valueName: "url"))
    var url: String?

    @Flag(name: .customLong("print"), help: "Only print the link.")
    var printsOnly = false

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        guard let url else { return }
        do throws(InvalidInput) { try Keys.validatedURL(url, field: "--url") } catch {
            throw ValidationError(error.description)
        }
    }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let configuration = try options.load(environment: environment)
        guard let address = url ?? configuration.http.browserAddress else {
            throw Exit.usage.saying(
                "[http] listens on socket files alone; --url says how the browser reaches the server")
        }
        let store = try configuration.openStore("ixctl", connections: 1)
        let secret = SessionSecret()
        let link = AccessSession(
            hash: secret.hash, tokenID: nil, actor: UserName.current, role: .operator, clientID: nil,
            showsDocuments: true, isLink: true, expiresAt: TokenTime.after(Self.lifetime))
        try await reportingStoreErrors {
            try await AuditedStore(store).change { operations in
                try operations.insertSession(link)
                return ((), [AuditEntry(command: "link", target: nil)])
            }
        }
        let text = "\(address.hasSuffix("/") ? String(address.dropLast()) : address)/login#link=\(secret.text)"
        if !printsOnly, Browser(environment)?.open(text) == true {
            return StandardError.say("The browser opens \(address)/login.")
        }
        print(text)
    }
}
