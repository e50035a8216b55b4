import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore

/// The queue as a whole: statistics, daemons, pipelines, callbacks, the audit, and the caller itself.
struct QueueResource: Sendable {
    let core: ServerCore

    var routes: [Route] {
        [
            Route(.get, "/v1/stats", "getStatistics", .roles([.reader]), .ofQueue, parameters: ["ended"]) {
                try await statistics($0)
            }.shared,
            Route(.get, "/v1/daemons", "listDaemons", .roles([.reader]), .ofQueue) { try await daemons($0) }.shared,
            Route(.post, "/v1/daemons/scale", "scaleDaemons", .roles([]), .ofQueue) { try await scale($0) },
            Route(.get, "/v1/pipelines", "listPipelines", .roles([.reader, .producer])) { try await pipelines($0) }
                .shared,
            Route(.get, "/v1/pipelines/{name}", "getPipeline", .roles([.reader, .producer])) {
                try await pipeline($0)
            },
            Route(
                .get, "/v1/callbacks", "listCallbacks", .roles([.reader]), .ofQueue,
                parameters: ["state", "client_id", "endpoint", "after", "limit"]
            ) { try await callbacks($0) }.shared,
            Route(.get, "/v1/endpoints", "listEndpoints", .roles([.reader]), .ofQueue) { try await endpoints($0) }
                .shared,
            Route(.get, "/v1/audit", "listAudit", .roles([]), .ofQueue, parameters: ["after", "limit"]) {
                try await audit($0)
            }.shared,
            Route(.get, "/v1/whoami", "whoAmI", .all) { whoAmI($0) },
        ]
    }

    /// Counts of waiting and running jobs. Ended jobs are counted on an operator's wish alone, one count at a time,
    /// because a count reads the whole table.
    private func statistics(_ call: Call) async throws -> Answer {
        guard let wish = call.query["ended"] else { return try await statistics(call, countingEnded: false) }
        guard wish == "exact" else { throw InvalidInput("ended", "is exact, or left out") }
        guard call.caller.role == .operator else {
            throw Problem(.forbidden, "Only operators let the server count ended jobs.", field: "ended")
        }
        return try await core.counting.pass { try await statistics(call, countingEnded: true) }
    }

    private func statistics(_ call: Call, countingEnded: Bool) async throws -> Answer {
        let reader = core.queue.reader(for: call)
        let statistics = try await reader.statistics { [look = core.look] in
            try countingEnded ? $0.statistics(countingEnded: true) : look.statistics($0)
        }
        let text = StatisticsJSON(statistics, countsEnded: countingEnded).text(of: core.daemon.storeName)
        return .json(text).of(reader)
    }

    private func daemons(_ call: Call) async throws -> Answer {
        let reader = core.queue.reader(for: call)
        let statistics = try await reader.perform { try $0.surroundings() }
        return .json("{\"daemons\":[" + statistics.daemons.map(\.json).joined(separator: ",") + "]}").of(reader)
    }

    private func scale(_ call: Call) async throws -> Answer {
        let body = try await call.object(["workers", "instance", "daemon_id"])
        guard let wish = body["workers"] else {
            throw InvalidInput("workers", "is missing; null is the configuration's number")
        }
        let count = wish.isNull ? nil : Int(wish.text)
        guard wish.isNull || count != nil else { throw WantedWorkers.refusal(wish.text) }
        try WantedWorkers.validated(count)
        let choice = DaemonChoice(instance: try body.text("instance"), daemonID: try body.uuid("daemon_id"))
        if let instance = choice.instance { try Keys.validated(instance, field: "instance") }
        let target = choice.daemonID?.uuidString.lowercased() ?? choice.instance
        let filter = JSONPairs([("workers", wish.text)]).text
        let entry = call.auditEntry("workers_scale", target: target, filter: filter)
        let found = try await core.audited(entry, counting: { $0.count }) {
            let found = try $0.scaleWorkers(choice, to: count)
            guard !found.isEmpty else { throw Problem(.notFound, "No live daemon is meant.") }
            return found
        }
        let ids = found.map { JSONPairs.literal($0.uuidString.lowercased()) }
        return .json(
            JSONPairs([
                ("daemons", "[" + ids.joined(separator: ",") + "]"),
                ("wanted_workers", count.map { "\($0)" } ?? "null"),
            ]).text)
    }

    private func pipelines(_ call: Call) async throws -> Answer {
        let reader = core.queue.reader(for: call)
        let counts = try await counts(call, reader)
        let items = core.daemon.pipelines().map { Self.object($0, counts) }
        return .json("{\"pipelines\":[" + items.joined(separator: ",") + "]}").of(reader)
    }

    private func pipeline(_ call: Call) async throws -> Answer {
        guard let pipeline = core.daemon.pipelines().first(where: { $0.name == call.path.first }) else {
            throw Problem(.notFound, "There is no such pipeline.")
        }
        let reader = core.queue.reader(for: call)
        return .json(Self.object(pipeline, try await counts(call, reader))).of(reader)
    }

    /// A caller bound to a client sees names and kinds alone.
    private func counts(_ call: Call, _ reader: QueueReader) async throws -> [UseCaseCounts]? {
        guard call.caller.clientID == nil else { return nil }
        return try await reader.perform { [look = core.look] in try look.statistics($0) }.useCases
    }

    private static func object(_ pipeline: PipelineView, _ counts: [UseCaseCounts]?) -> String {
        let names = [("name", JSONPairs.literal(pipeline.name)), ("kind", JSONPairs.literal(pipeline.kind))]
        guard let counts else { return JSONPairs(names).text }
        let own = counts.first { $0.useCase == pipeline.name } ?? UseCaseCounts(useCase: pipeline.name)
        return JSONPairs(
            names + [
                ("concurrency", pipeline.concurrency.map { "\($0)" } ?? "null"), ("due", "\(own.due)"),
                ("scheduled", "\(own.scheduled)"), ("running", "\(own.running)"),
                ("oldest_due_seconds", JSONPairs.number(own.oldestDue)),
            ]
        ).text
    }

    private func callbacks(_ call: Call) async throws -> Answer {
        var states: Set<CallbackRecord.State> = [.due, .failed]
        if let text = call.query["state"] {
            states = []
            for word in text.split(separator: ",", omittingEmptySubsequences: false) {
                guard let state = CallbackRecord.State(rawValue: String(word)) else {
                    throw InvalidInput("state", "is one of due, failed, delivered")
                }
                states.insert(state)
            }
        }
        let limit = try call.query.integer("limit", in: 1...500) ?? 50
        var filter = CallbackFilter(
            states: states, clientID: call.query["client_id"], endpoint: call.query["endpoint"])
        filter.after = try call.query["after"].map { text throws(InvalidInput) in
            guard let position = CallbackPosition(cursor: text) else { throw InvalidInput("after", "is no cursor") }
            return position
        }
        let (wanted, reader) = (filter, core.queue.reader(for: call))
        let found = try await reader.perform { try $0.callbacks(wanted, limit: limit + 1) }
        let page = found.prefix(limit)
        let next = found.count > limit ? page.last?.position.cursor : nil
        return .json(
            JSONPairs([
                ("callbacks", "[" + page.map(\.listed).joined(separator: ",") + "]"),
                ("next", JSONPairs.literal(next)), ("complete", "\(next == nil)"),
            ]).text, headers: next.map { [("link", "<\(call.target(after: $0))>; rel=\"next\"")] } ?? []
        ).of(reader)
    }

    /// The endpoints with callbacks that are not delivered, and those that get none from a live daemon at present.
    private func endpoints(_ call: Call) async throws -> Answer {
        let reader = core.queue.reader(for: call)
        let counts = try await reader.perform { try $0.endpoints(limit: Self.mostEndpoints) }
        let items = counts.map { one in
            let daemons = one.closedBy.map { JSONPairs.literal($0.uuidString.lowercased()) }
            return JSONPairs([
                ("endpoint", JSONPairs.literal(one.endpoint)), ("due", "\(one.due)"), ("retrying", "\(one.retrying)"),
                ("failed", "\(one.failed)"), ("closed_by", "[" + daemons.joined(separator: ",") + "]"),
            ]).text
        }
        return .json("{\"endpoints\":[" + items.joined(separator: ",") + "]}").of(reader)
    }

    private static let mostEndpoints = 1000

    private func audit(_ call: Call) async throws -> Answer {
        let limit = try call.query.integer("limit", in: 1...500) ?? 50
        let before = try call.query.integer("after", in: 1...Int.max).map(Int64.init)
        let entries = try await core.reads.perform { try $0.audit(before: before, limit: limit) }
        let next = entries.count == limit ? entries.last.map { "\"\($0.number)\"" } : nil
        return .json(
            JSONPairs([
                ("entries", "[" + entries.map(\.json).joined(separator: ",") + "]"), ("next", next ?? "null"),
            ]).text)
    }

    private func whoAmI(_ call: Call) -> Answer {
        .json(call.caller.text(core.daemon.storeName))
    }
}
