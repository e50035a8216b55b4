import ArgumentParser
import FoundationEssentials
import IXCommand
import IXCore
import IXRepresentation
import IXStore

struct BatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch",
        abstract: "Make batches of jobs with a job that starts when all have ended, and show, close and cancel them.",
        discussion: """
            A batch is a finisher, which waits, and its members: jobs inserted with --batch. Its id is the finisher's.

            Examples:
              ixctl batch create merge --open --expires-at +1d
              ixctl enqueue page --batch 8e717b38-6f3f-4d6c-9d3c-0a7c7b1f5a11
              ixctl batch close 8e717b38
              ixctl list --batch 8e717b38-6f3f-4d6c-9d3c-0a7c7b1f5a11
              ixctl batch list
            """.flowing,
        subcommands: [
            BatchCreateCommand.self, BatchListCommand.self, BatchGetCommand.self, BatchCloseCommand.self,
            BatchCancelCommand.self,
        ])
}

struct BatchCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Insert the finisher of a new batch, and print the batch's id.",
        discussion: """
            Without --open the finisher starts once the members that are there have ended, so the first member may end it
            before the second is inserted. The finisher's callback is the batch's.
            """.flowing)

    @Argument(help: "Use case of the finisher.", completion: StoreCompletion.useCases)
    var useCase: String

    @Option(help: "Client that the batch belongs to (default: your user name).")
    var clientID: String?

    @Option(help: "The client's own id for the finisher (default: generated).")
    var requestID: String?

    @Option(
        help: ArgumentHelp("The finisher's other fields as a JSON object; - reads standard input.", valueName: "file"),
        completion: .file(), transform: FilePath.absolute)
    var request: String?

    @Option(help: "URL to which the finisher's response is posted when the batch has ended.")
    var callbackURL: String?

    @Option(
        help: ArgumentHelp(
            """
            When a member ends in error: run (the finisher starts all the same), fail (the finisher fails at once) or \
            cancel_rest (the other members are cancelled, and the finisher fails); default run.
            """,
            valueName: "rule"))
    var onFailure: String?

    @Option(
        help: ArgumentHelp(
            """
            Time after which the finisher is not started any more: the batch ends in error, code expired, also an open \
            one; such as 2026-03-04T05:06:07Z, or after +2h, +1d.
            """,
            valueName: "time"))
    var expiresAt: String?

    @Flag(help: "The finisher also waits for `ixctl batch close`.")
    var open = false

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        if let server = try remote.remote {
            let client = if let clientID { clientID } else { try await ServerTarget(server: server).boundClient() }
            let batch = try batch(client ?? UserName.current)
            let body = [
                ("finisher", batch.finisher.line), ("batch_on_failure", JSONPairs.literal(batch.onFailure.rawValue)),
                ("open", "\(open)"),
            ]
            return print(try await server.post("/v1/batches", body: JSONPairs(body).text))
        }
        let batch = try batch(clientID ?? UserName.current)
        try await options.changing { store in
            let inserted = try await store.perform { try $0.insertBatch(batch) }
            if inserted.isDuplicate {
                let but = inserted.differs ? ", with a different request or batch, which stays" : ""
                StandardError.say("A job with this client and request id exists already\(but).")
            }
            let id = inserted.jobID.uuidString.lowercased()
            guard json else { return print(id) }
            print(
                JSONPairs([
                    ("batch_id", JSONPairs.literal(id)), ("duplicate", "\(inserted.isDuplicate)"),
                    ("differs", "\(inserted.differs)"),
                ]).text)
        }
    }

    private func batch(_ client: String) throws -> NewBatch {
        do throws(InvalidInput) {
            let bytes =
                if let request { try InputFile(request).read(upTo: Limits.requestBytes + 1) } else { Array("{}".utf8) }
            let fields = try JSONDocument(bytes, field: "request", limit: Limits.requestBytes)
            let request = try RequestIX(
                useCase: useCase, clientID: client, requestID: requestID ?? UUID.random().uuidString.lowercased(),
                fields: fields)
            return try NewBatch(
                NewJob(
                    request, callbackURL: callbackURL,
                    expiresAt: expiresAt.map { text throws(InvalidInput) in
                        try TimeArgument.read(text, field: "expires_at")
                    }), onFailure: onFailure, isOpen: open)
        } catch { throw Exit.usage.saying(error.description) }
    }
}

struct BatchGetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show how far a batch has come: members that have ended, of all.")

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var target: BatchTarget

    func run() async throws {
        if let server = try target.remote.remote {
            return print(try await server.get("/v1/batches/\(try await target.batchID.id(on: server))"))
        }
        try await target.options.showing { store in
            let id = try await target.batchID.id(store.reading)
            guard let state = try await store.perform({ try $0.batch(id) }) else {
                throw Exit.no.saying("there is no such batch")
            }
            print(json ? state.json : state.text)
        }
    }
}

struct BatchCloseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close",
        abstract: "Close an open batch: its finisher starts once all members have ended.")

    @OptionGroup var target: BatchTarget

    func run() async throws {
        try await target.change("close") { try $0.closeBatch($1) }
    }
}

struct BatchCancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Cancel the members of a batch that have not ended, and its finisher last.",
        discussion: """
            Running members are stopped by their daemons; members above 1,000 are cancelled by a daemon. The finisher ends
            in error, code `cancelled`, once all have ended.
            """.flowing)

    @OptionGroup var target: BatchTarget

    func run() async throws {
        try await target.change("cancel") { try $0.cancelBatch($1) }
    }
}

/// The batch that a command is about, and where it is.
struct BatchTarget: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The batch's id, or its beginning.", valueName: "batch-id"), transform: JobArgument.init)
    var batchID: JobArgument

    @OptionGroup var remote: ServerOptions

    @OptionGroup var options: ConfigurationOptions

    /// Changes the batch in one transaction with its audit, or by a request to a server. `action` stands in the audit behind
    /// `batch_`, and in the path of the HTTP API.
    fileprivate func change(
        _ action: String, _ body: @escaping @Sendable (any JobOperations, UUID) throws -> BatchChange
    ) async throws {
        if let server = try remote.remote {
            return print(try await server.post("/v1/batches/\(try await batchID.id(on: server))/\(action)"))
        }
        try await options.changing { store in
            let id = try await batchID.id(store.reading)
            let text = id.uuidString.lowercased()
            let change = try await AuditedStore(store).change { operations in
                let change = try body(operations, id)
                let isChanged = change != .ended && change != .notFound
                return (change, isChanged ? [AuditEntry(command: "batch_\(action)", target: text)] : [])
            }
            switch change {
            case .notFound: throw Exit.no.saying("there is no such batch")
            case .ended: throw Exit.no.saying("the batch's finisher waits no more")
            case .closed, .cancelled, .cancelling: print("batch \(text) \(change.words)")
            }
        }
    }
}

extension BatchChange {
    fileprivate var words: String {
        switch self {
        case .closed: "is closed"
        case .cancelled: "is cancelled"
        case .cancelling: "is being cancelled: the finisher ends after its members"
        case .ended, .notFound: rawValue
        }
    }
}

extension BatchState {
    /// The state for people.
    fileprivate var text: String {
        let id = batchID.uuidString.lowercased()
        let state =
            switch phase {
            case .waiting: isOpen ? "open" : "waits for its members"
            case .cancelling: "is being cancelled"
            case .ended: "finisher \(status.rawValue)"
            }
        let share =
            members == 0
            ? nil : Progress(fraction: Double(ended) / Double(members), message: nil, logTail: "", logBytes: 0)
        let bar = share.map { "  " + ProgressBar.line("", $0).trimmed } ?? ""
        let counts = "\(ended) of \(members) ended, \(running) running, \(failed) in error"
        return ["batch \(id)  \(state)", "  members   \(counts)\(bar)", onFailure.map { "  failure   \($0.rawValue)" }]
            .compactMap(\.self).joined(separator: "\n")
    }
}

extension String {
    fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
