import ArgumentParser
import FoundationEssentials
import IXCommand
import IXCore
import IXRepresentation
import IXStore

struct TokenRotateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Make a new text for a token; the old one ends after --overlap.",
        discussion: "Exit code 1: there is no such token.")

    @Argument(help: "The token's name or id.")
    var token: String

    @Option(
        help: ArgumentHelp("The old text counts this long: 7d.", valueName: "duration"),
        transform: DurationArgument.read)
    var overlap: Duration = .seconds(7 * 86_400)

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let configuration = try options.load(environment: ProcessInfo.processInfo.environment)
        let store = try configuration.openStore("ixctl", connections: 1)
        let (named, secret, end) = (token, TokenSecret(), TokenTime.after(overlap))
        let (maker, entry) = (
            UserName.current, AuditEntry(actor: UserName.current, action: "token_rotate", target: secret.id)
        )
        try await reportingStoreErrors {
            let made = try await store.transaction { operations -> AccessToken? in
                let old = try operations.tokens().first { ($0.name == named || $0.id == named) && $0.revokedAt == nil }
                guard let old, try operations.endToken(old.id, at: end, successor: secret.id) > 0 else { return nil }
                let new = AccessToken(
                    id: secret.id, hash: secret.hash, name: old.name, role: old.role, clientID: old.clientID,
                    showsDocuments: old.showsDocuments, createdBy: maker)
                try operations.insertToken(new)
                try operations.recordAudit(entry)
                return new
            }
            guard let made else { throw Exit.no.saying("there is no such token") }
            secret.show(json: json, made)
        }
    }
}

struct TokenRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "End a token; servers refuse it within 5 seconds.",
        discussion: "Exit code 1: there is no such token.")

    @Argument(help: "The token's name or id.")
    var token: String

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let configuration = try options.load(environment: ProcessInfo.processInfo.environment)
        let store = try configuration.openStore("ixctl", connections: 1)
        let named = token
        let entry = AuditEntry(actor: UserName.current, action: "token_revoke", target: token)
        try await reportingStoreErrors {
            let count = try await store.transaction { operations -> Int in
                let count = try operations.endToken(named, at: nil, successor: nil)
                if count > 0 { try operations.recordAudit(entry) }
                return count
            }
            guard count > 0 else { throw Exit.no.saying("there is no such token") }
        }
    }
}
