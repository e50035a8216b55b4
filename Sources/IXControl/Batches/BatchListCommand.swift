import ArgumentParser
import FoundationEssentials
import IXCommand
import IXCore
import IXRepresentation
import IXStore

struct BatchListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the batches whose finisher waits, oldest first.",
        discussion: """
            Every line of --json holds its own `cursor`; --after with the last line's cursor prints the next page. An open
            batch without `expires_at` waits until it is closed or cancelled.
            """.flowing)

    @Option(help: "Batches of this client.")
    var clientID: String?

    @Option(help: "Batches per page, 1 to 500.")
    var limit = 50

    @Option(help: ArgumentHelp("Continue after this batch; a full page ends with its cursor.", valueName: "cursor"))
    var after: String?

    @Flag(help: "Print one JSON object per line.")
    var json = false

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        guard (1...500).contains(limit) else { throw ValidationError("--limit is a number from 1 to 500.") }
        if let after, ListPosition(cursor: after) == nil {
            throw ValidationError(
                "--after: '\(after)' is not a cursor; 'ixctl batch list' prints one under a full page.")
        }
    }

    func run() async throws {
        if let server = try remote.remote { return try await show(from: server) }
        try await options.showing { store in
            let start = after.flatMap(ListPosition.init(cursor:))
            let found = try await store.perform { [clientID, limit] in
                try $0.batches(of: clientID, after: start, limit: limit + 1)
            }
            let page = found.prefix(limit)
            if json { return page.forEach { print($0.json) } }
            if page.isEmpty { return StandardError.say("No batch waits.") }
            show(page)
            if found.count > limit, let last = page.last {
                say(last.position.cursor)
            }
        }
    }

    /// Prints a page, an object per line.
    private func show(from server: RemoteServer) async throws {
        let query = [("client_id", clientID), ("after", after), ("limit", "\(limit)")]
        let text = try await server.get("/v1/batches", query)
        let page = try JSONDocument(text.utf8, field: "answer", limit: 8 << 20)
        for batch in page["batches"]?.elements ?? [] { print(batch.text) }
        if let next = page["next"]?.string, !json { say(next) }
    }

    /// Prints the position to standard error, because standard output holds only rows.
    private func say(_ cursor: String) { StandardError.say("More batches follow: --after \(cursor)") }

    private func show(_ batches: some Sequence<BatchSummary>) {
        let width = Terminal.width
        let clock = ClockText()
        var table = TextTable([
            .init(heading: "BATCH"), .init(heading: "STATE"), .init(heading: "OPEN MEMBERS", alignment: .right),
            .init(heading: "CREATED"), .init(heading: "EXPIRES"), .init(heading: "USE CASE", least: 6),
            .init(heading: "CLIENT", least: 6), .init(heading: "REQUEST", least: 6),
        ])
        for one in batches {
            table.add([
                width == nil ? one.batchID.uuidString.lowercased() : one.batchID.shortText, one.stateText,
                one.countText, clock.plain(one.createdAt), one.expiresAt.map(clock.plain) ?? "-",
                one.names.useCase, one.names.clientID, one.names.requestID,
            ])
        }
        table.lines(fitting: width).forEach { print($0) }
    }
}

extension BatchSummary {
    fileprivate var stateText: String { phase == .cancelling ? "cancelling" : isOpen ? "open" : "waiting" }

    /// The open members; from the most on `1000+`.
    fileprivate var countText: String { openMembers < Self.most ? "\(openMembers)" : "\(Self.most)+" }
}
