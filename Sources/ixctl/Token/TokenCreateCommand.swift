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
            """)

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
        let configuration = try options.load(environment: ProcessInfo.processInfo.environment)
        let store = try configuration.openStore("ixctl", connections: 1)
        let secret = TokenSecret()
        let token = AccessToken(
            id: secret.id, hash: secret.hash, name: name, role: role.role, clientID: clientID,
            showsDocuments: documents == .yes, expiresAt: expires.map { TokenTime.after($0) },
            createdBy: UserName.current)
        let entry = AuditEntry(actor: UserName.current, action: "token_create", target: secret.id)
        try await reportingStoreErrors {
            try await store.transaction { operations in
                try operations.insertToken(token)
                try operations.recordAudit(entry)
            }
            secret.show(json: json, token)
        }
        if role.role == .producer, clientID == nil {
            StandardError.say("The token is bound to no client: its holder sees the jobs of all clients.")
        }
    }
}

extension TokenSecret {
    /// Prints the text, which nothing can show again.
    func show(json: Bool, _ token: AccessToken) {
        guard json else { return print(text) }
        print(JSONPairs([("token", JSONPairs.literal(text)), ("stored", token.json)]).text)
    }
}

/// The moment at which a token ends.
enum TokenTime {
    /// Returns the moment `duration` from now, by this host's clock, as the stores write times.
    static func after(_ duration: Duration) -> String {
        (Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) + duration).text
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
