import ArgumentParser
import FoundationEssentials
import IXCommand
import IXCore
import IXRepresentation
import IXStore

struct TokenCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a token, and show its text once.",
        discussion: """
            Roles: metrics reads metrics; reader reads jobs and the queue; producer enqueues, and sees, awaits, cancels
            and resubmits jobs; operator does everything. --client-id binds a reader or producer to the jobs of a client.
            --offline stores nothing: the second line printed goes into the file of [http] tokens_file.

            Examples:
              ixctl token create --name shop --role producer --client-id shop --expires 90d
            """.flowing)

    @Option(help: "Name of the token: the actor in the audit.")
    var name: String

    @Option(help: "metrics, reader, producer or operator.")
    var role: RoleArgument

    @Option(help: "The only client whose jobs the holder sees.")
    var clientID: String?

    @Option(help: "Show requests, responses and logs: yes or no.")
    var documents: YesOrNo = .yes

    @Option(
        help: ArgumentHelp("The token ends after this time: 90d.", valueName: "duration"),
        transform: DurationArgument.read)
    var expires: Duration?

    @Flag(help: "Store nothing; print a line for [http] tokens_file, too.")
    var offline = false

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        do throws(InvalidInput) {
            try Keys.validated(name, field: "name")
            if let clientID { try Keys.validated(clientID, field: "client_id") }
        } catch {
            throw ValidationError(error.description)
        }
        guard clientID == nil || [.reader, .producer].contains(role.role) else {
            throw ValidationError("--client-id goes with the roles reader and producer.")
        }
    }

    func run() async throws {
        let secret = TokenSecret()
        let token = AccessToken(
            id: secret.id, hash: secret.hash, name: name, role: role.role, clientID: clientID,
            showsDocuments: documents == .yes, expiresAt: expires.map { TokenTime.after($0) },
            createdBy: UserName.current)
        if offline {
            secret.show(json: json, token, line: token.fileLine)
        } else {
            try await store(token)
            secret.show(json: json, token)
        }
        if role.role == .producer, clientID == nil {
            StandardError.say("The token is bound to no client: its holder sees the jobs of all clients.")
        }
    }

    private func store(_ token: AccessToken) async throws {
        try await options.changing { store in
            try await AuditedStore(store).change { operations in
                try operations.insertToken(token)
                return ((), [AuditEntry(command: "token_create", target: token.id)])
            }
        }
    }
}

extension TokenSecret {
    /// Prints the text, which nothing can show again.
    func show(json: Bool, _ token: AccessToken, line: String? = nil) {
        guard !json else {
            let rest = line.map { ("line", JSONPairs.literal($0)) } ?? ("stored", token.json)
            return print(JSONPairs([("token", JSONPairs.literal(text)), rest]).text)
        }
        print(text)
        if let line { print(line) }
    }
}

/// The moment at which a token ends.
enum TokenTime {
    /// Returns the moment `duration` from now, by this host's clock, as the stores write times.
    static func after(_ duration: Duration) -> String {
        (Timestamp.now + duration).text
    }
}

/// The value of `--role`.
struct RoleArgument: ExpressibleByArgument {
    let role: AccessRole

    init?(argument: String) {
        guard let role = AccessRole(rawValue: argument) else { return nil }
        self.role = role
    }

    static var allValueStrings: [String] { AccessRole.allCases.map(\.rawValue) }
}

/// The value of `--documents`.
enum YesOrNo: String, ExpressibleByArgument, CaseIterable {
    case yes, no
}
