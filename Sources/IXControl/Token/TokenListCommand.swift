import ArgumentParser
import FoundationEssentials
import Glibc
import IXCommand
import IXCore
import IXRepresentation
import IXStore

struct TokenListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the tokens of the HTTP API, without their texts.")

    @Flag(help: "Print one JSON object per line.")
    var json = false

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        try await options.showing { store in
            let tokens = try await store.perform { try $0.tokens() }
            if json { return tokens.forEach { print($0.json) } }
            if tokens.isEmpty { return StandardError.say("There is no token.") }
            let width = Terminal.width
            var table = TextTable([
                .init(heading: "TOKEN"), .init(heading: "NAME", least: 8), .init(heading: "ROLE"),
                .init(heading: "CLIENT", least: 6), .init(heading: "DOCUMENTS"), .init(heading: "ENDS"),
                .init(heading: "USED"),
            ])
            for token in tokens {
                table.add([
                    token.id, token.name, token.role.rawValue, token.clientID ?? "-",
                    token.showsDocuments ? "yes" : "no",
                    token.revokedAt == nil ? token.expiresAt.map { String($0.prefix(10)) } ?? "-" : "revoked",
                    token.lastUsedOn ?? "-",
                ])
            }
            table.lines(fitting: width).forEach { print($0) }
        }
    }
}
