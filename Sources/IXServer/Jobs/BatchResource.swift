import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore
import IXTelemetry

/// Batches: jobs that belong together, and a finisher that starts when all have ended. The members are listed by
/// `/v1/jobs?batch=`.
struct BatchResource: Sendable {
    let core: ServerCore

    private static let producers = Route.Audience.roles([.producer])
    private static let path = "/v1/batches/{batch_id}"
    private static let pageLimit = 500

    var routes: [Route] {
        [
            Route(
                .get, "/v1/batches", "listBatches", .roles([.reader, .producer]),
                parameters: ["client_id", "after", "limit"]
            ) { try await list($0) },
            Route(.post, "/v1/batches", "createBatch", Self.producers) { try await create($0) },
            Route(.get, Self.path, "getBatch", .roles([.reader, .producer])) { try await get($0) },
            Route(.post, Self.path + "/close", "closeBatch", Self.producers) {
                try await change($0, "close") { try $0.closeBatch($1) }
            },
            Route(.post, Self.path + "/cancel", "cancelBatch", Self.producers) {
                try await change($0, "cancel") { try $0.cancelBatch($1) }
            },
        ]
    }

    /// The batches whose finisher waits, oldest first; of the caller's client where the token has one.
    private func list(_ call: Call) async throws -> Answer {
        let given = call.query["client_id"]
        if let given { try Keys.validated(given, field: "client_id") }
        if let own = call.caller.clientID, let given, given != own { throw Problem.notFound }
        let client = call.caller.clientID ?? given
        let limit = try call.query.integer("limit", in: 1...Self.pageLimit) ?? 50
        let start = try call.query["after"].map { text throws(InvalidInput) in
            guard let position = ListPosition(cursor: text) else { throw InvalidInput("after", "is no cursor") }
            return position
        }
        let found = try await core.reads.perform { try $0.batches(of: client, after: start, limit: limit + 1) }
        let page = found.prefix(limit)
        let next = found.count > limit ? page.last?.position.cursor : nil
        return .json(
            JSONPairs([
                ("batches", "[" + page.map(\.json).joined(separator: ",") + "]"),
                ("next", JSONPairs.literal(next)), ("complete", "\(next == nil)"),
            ]).text)
    }

    private func create(_ call: Call) async throws -> Answer {
        let body = try await call.object(
            ["finisher", "batch_on_failure", "open"], upTo: JobLine.limit + 1024, nesting: Limits.nesting * 2 + 1)
        guard let text = body["finisher"]?.text else { throw InvalidInput("finisher", "is missing") }
        let job = try EnqueueResource.job(
            Array(text.utf8), call.caller, key: call.header("idempotency-key"), field: "finisher", core.meters)
        let batch = try NewBatch(
            job, onFailure: body.text("batch_on_failure"), isOpen: try Self.flag(body, "open") ?? false)
        let inserted = try await core.writes.perform { try $0.insertBatch(batch) }
        core.meters?.enqueued(.init(inserted))
        if let problem = EnqueueResource.objection(to: inserted) { throw problem }
        let id = inserted.jobID.uuidString.lowercased()
        return .json(
            JSONPairs([
                ("batch_id", JSONPairs.literal(id)), ("ix_id", JSONPairs.literal(inserted.ixID)),
                ("status", JSONPairs.literal(inserted.status?.rawValue)), ("duplicate", "\(inserted.isDuplicate)"),
            ]).text, status: inserted.isDuplicate ? 200 : 201, headers: [("location", "/v1/batches/\(id)")])
    }

    private func get(_ call: Call) async throws -> Answer {
        let id = try Self.id(call)
        guard let state = try await core.reads.perform({ try $0.batch(id) }), call.caller.sees(state.clientID) else {
            throw Self.missing
        }
        return .json(state.json)
    }

    private func change(
        _ call: Call, _ action: String,
        _ body: @escaping @Sendable (any JobOperations, UUID) throws -> BatchChange
    ) async throws -> Answer {
        _ = try await call.object([])  // ignored: only that the body has no member
        let id = try Self.id(call)
        let text = id.uuidString.lowercased()
        let result = try await core.audited(call.auditEntry("batch_\(action)", target: text)) { operations in
            guard let state = try operations.batch(id), call.caller.sees(state.clientID) else { throw Self.missing }
            switch try body(operations, id) {
            case .notFound: throw Self.missing
            case .ended: throw Problem(.ended, "The batch's finisher waits no more.")
            case let change: return change
            }
        }
        return .json(
            JSONPairs([("batch_id", JSONPairs.literal(text)), ("result", JSONPairs.literal(result.rawValue))]).text,
            status: result == .cancelling ? 202 : 200)
    }

    private static func flag(_ body: JSONDocument, _ name: String) throws(InvalidInput) -> Bool? {
        switch body[name]?.text {
        case nil, "null": nil
        case "true": true
        case "false": false
        default: throw InvalidInput(name, "is not true or false")
        }
    }

    private static let missing = Problem(.notFound, "There is no such batch.")

    private static func id(_ call: Call) throws -> UUID {
        guard let id = UUID(uuidString: call.path.first ?? "") else { throw Self.missing }
        return id
    }
}
