import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore

/// Changes of many jobs: a preview, its confirmation, and the operation that follows.
struct BulkResource: Sendable {
    let core: ServerCore

    private static let lifetime: Duration = .seconds(300)
    private static let most = 10_000
    private static let page = 2000
    private static let budget: Duration = .milliseconds(1500)

    var routes: [Route] {
        [
            Route(.post, "/v1/bulk/preview", "previewBulk", .roles([])) { try await preview($0) },
            Route(.post, "/v1/bulk", "startBulk", .roles([])) { try await start($0) },
            Route(.get, "/v1/operations/{operation_id}", "getOperation", .roles([])) { try await show($0) },
            Route(.delete, "/v1/operations/{operation_id}", "stopOperation", .roles([])) { try await stop($0) },
        ]
    }

    private func preview(_ call: Call) async throws -> Answer {
        let body = try await call.object(["action", "filter", "all"])
        let filter = try Self.filter(body)
        let now = Timestamp.now
        let (count, isAtLeast, sample) = try await count(filter, before: now)
        guard let role = call.caller.role else { throw Problem(.forbidden, "The caller has no role.") }
        let operation = BulkOperation(
            id: UUID.random(), state: .preview, action: filter.action, filter: filter.text, actor: call.caller.actor,
            role: role, asOf: now.text, count: count, isAtLeast: isAtLeast)
        try await core.writes.perform { try $0.insertPreview(operation, lifetime: Self.lifetime) }
        return .json(
            JSONPairs([
                ("count", "\(count)"), ("at_least", "\(isAtLeast)"),
                ("sample", "[" + sample.map { $0.json(call.caller.view) }.joined(separator: ",") + "]"),
                ("confirm", JSONPairs.literal(operation.id.uuidString.lowercased())),
                ("expires_in", "\(Self.lifetime.components.seconds)"),
            ]).text)
    }

    /// Starts what a preview showed. Action and filter must be those of the preview.
    private func start(_ call: Call) async throws -> Answer {
        let body = try await call.object(["action", "filter", "all", "confirm"])
        let filter = try Self.filter(body)
        guard let id = try body.uuid("confirm") else { throw InvalidInput("confirm", "is missing") }
        let outdated = Problem(
            .previewOutdated, "The preview is unknown, too old, another caller's, or of another change.")
        guard let shown = try await core.reads.perform({ try $0.bulkOperation(id) }), shown.actor == call.caller.actor,
            shown.action == filter.action, Self.areEqual(shown.filter, filter.text)
        else { throw outdated }
        if !shown.isAtLeast {
            let (count, isAtLeast, _) = try await count(filter, before: Timestamp(shown.asOf))
            guard !isAtLeast, Double(count) <= Double(shown.count) * 1.1 else { throw outdated }
        }
        guard try await core.writes.perform({ try $0.startBulk(id) }) else { throw outdated }
        core.bulk.wake()
        let text = id.uuidString.lowercased()
        return .json(
            JSONPairs([("operation_id", JSONPairs.literal(text))]).text, status: 202,
            headers: [("location", "/v1/operations/\(text)")])
    }

    private func show(_ call: Call) async throws -> Answer {
        let id = try Self.id(call)
        guard let operation = try await core.reads.perform({ try $0.bulkOperation(id) }) else { throw Self.unknown }
        return .json(operation.json)
    }

    private func stop(_ call: Call) async throws -> Answer {
        let id = try Self.id(call)
        let entry = call.auditEntry("bulk_stop", target: id.uuidString.lowercased())
        let isAsked = try await core.writes.transaction { operations -> Bool in
            guard try operations.stopBulk(id) else { return false }
            try operations.recordAudit(entry)
            return true
        }
        if isAsked { core.logger.log(entry) }
        guard isAsked else {
            guard try await core.reads.perform({ try $0.bulkOperation(id) }) != nil else { throw Self.unknown }
            throw Problem(.ended, "The operation doesn't run.")
        }
        return try await show(call)
    }

    /// Counts the jobs, and shows the newest, within a budget of time and rows.
    private func count(
        _ filter: BulkFilter, before moment: Timestamp?
    ) async throws -> (count: Int, isAtLeast: Bool, sample: [JobSummary]) {
        let jobs = filter.filter(before: moment)
        var (count, sample, position): (Int, [JobSummary], ListPosition?) = (0, [], nil)
        let began = ContinuousClock.now
        while true {
            let page = try await ListWalk(jobs, from: position, core.reads).page(Self.page)
            if sample.isEmpty { sample = Array(page.jobs.prefix(10)) }
            count += page.jobs.count
            guard let next = page.next else { return (count, false, sample) }
            position = next
            if count >= Self.most || ContinuousClock.now - began > Self.budget { return (count, true, sample) }
        }
    }

    private static func filter(_ body: JSONDocument) throws -> BulkFilter {
        guard let word = try body.text("action") else { throw InvalidInput("action", "is missing") }
        guard let action = BulkOperation.Action(rawValue: word) else {
            throw InvalidInput("action", "is one of cancel, resubmit, redeliver")
        }
        guard let filter = body["filter"]?.object else { throw InvalidInput("filter", "is missing, or no object") }
        let all = body["all"]?.text ?? "false"
        guard ["true", "false"].contains(all) else { throw InvalidInput("all", "is neither true nor false") }
        return try BulkFilter(action, filter.text, isAll: all == "true")
    }

    /// The store may have written the object in its own form.
    private static func areEqual(_ left: String, _ right: String) -> Bool {
        let texts = [left, right].map { try? JSONDocument($0.utf8, field: "filter", limit: 1 << 20).normalForm }
        return texts[0] != nil && texts[0] == texts[1]
    }

    private static let unknown = Problem(.notFound, "There is no such operation.")

    private static func id(_ call: Call) throws(Problem) -> UUID {
        guard let id = call.path.first.flatMap(UUID.init(uuidString:)) else { throw unknown }
        return id
    }
}

extension BulkOperation {
    /// The operation as a JSON object.
    fileprivate var json: String {
        JSONPairs([
            ("operation_id", JSONPairs.literal(id.uuidString.lowercased())),
            ("state", JSONPairs.literal(state.rawValue)),
            ("action", JSONPairs.literal(action.rawValue)), ("filter", filter), ("actor", JSONPairs.literal(actor)),
            ("as_of", JSONPairs.literal(asOf)), ("count", "\(count)"), ("at_least", "\(isAtLeast)"),
            ("changed", "\(changed)"), ("skipped", "\(skipped)"), ("stopping", "\(isStopRequested)"),
            ("reason", JSONPairs.literal(reason)),
        ]).text
    }
}
