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

    @Argument(help: "The token's name or id.", completion: StoreCompletion.tokens)
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
        try await reportingStoreErrors {
            let made = try await AuditedStore(store).change { operations -> (AccessToken?, [AuditEntry]) in
                let known = try operations.tokens().first { $0.name == named || $0.id == named }
                // Read as a server reads it: a token that has run out is no token.
                guard let id = known?.id, let old = try operations.token(id),
                    try operations.endToken(id, at: end, successor: secret.id) > 0
                else { return (nil, []) }
                let new = old.renewed(as: secret, by: UserName.current)
                try operations.insertToken(new)
                return (new, [AuditEntry(command: "token_rotate", target: new.id)])
            }
            guard let made else { throw Exit.no.saying("there is no such token, or its time is over") }
            secret.show(json: json, made)
        }
    }
}

struct TokenRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "End a token; servers refuse it within 5 seconds.",
        discussion: "Exit code 1: there is no such token.")

    @Argument(help: "The token's name or id.", completion: StoreCompletion.tokens)
    var token: String

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let configuration = try options.load(environment: ProcessInfo.processInfo.environment)
        let store = try configuration.openStore("ixctl", connections: 1)
        let named = token
        try await reportingStoreErrors {
            let count = try await AuditedStore(store).change { operations -> (Int, [AuditEntry]) in
                let count = try operations.endToken(named, at: nil, successor: nil)
                return (count, count > 0 ? [AuditEntry(command: "token_revoke", target: named, count: count)] : [])
            }
            guard count > 0 else { throw Exit.no.saying("there is no such token") }
        }
    }
}

extension AccessToken {
    /// Returns the token under a new secret: with the same name, rights and end.
    fileprivate func renewed(as secret: TokenSecret, by maker: String) -> AccessToken {
        AccessToken(
            id: secret.id, hash: secret.hash, name: name, role: role, clientID: clientID,
            showsDocuments: showsDocuments, expiresAt: expiresAt, createdBy: maker)
    }
}
