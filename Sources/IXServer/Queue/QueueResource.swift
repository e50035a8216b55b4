import FoundationEssentials
import IXCore
import IXRepresentation
import IXStore

/// The queue as a whole: statistics, daemons, pipelines, callbacks, the audit, and the caller itself.
struct QueueResource: Sendable {
    let core: ServerCore

    var routes: [Route] {
        [
            Route(.get, "/v1/stats", "getStatistics", .roles([.reader]), .ofQueue) { try await statistics($0) },
            Route(.get, "/v1/daemons", "listDaemons", .roles([.reader]), .ofQueue) { try await daemons($0) },
            Route(.get, "/v1/pipelines", "listPipelines", .roles([.reader, .producer])) { try await pipelines($0) },
            Route(.get, "/v1/pipelines/{name}", "getPipeline", .roles([.reader, .producer])) {
                try await pipeline($0)
            },
            Route(
                .get, "/v1/callbacks", "listCallbacks", .roles([.reader]), .ofQueue,
                parameters: ["state", "client_id", "endpoint", "limit"]
            ) { try await callbacks($0) },
            Route(.get, "/v1/audit", "listAudit", .roles([]), .ofQueue, parameters: ["after", "limit"]) {
                try await audit($0)
            },
            Route(.get, "/v1/whoami", "whoAmI", .all) { whoAmI($0) },
        ]
    }

    /// Counts of waiting and running jobs; ended jobs are not counted, because that would read the whole table.
    private func statistics(_ call: Call) async throws -> Answer {
        let statistics = try await core.reads.perform { try $0.statistics(countingEnded: false) }
        return .json(StatisticsJSON(statistics, countsEnded: false).text(of: core.daemon.storeName))
    }

    private func daemons(_ call: Call) async throws -> Answer {
        let statistics = try await core.reads.perform { try $0.statistics(countingEnded: false) }
        return .json("{\"daemons\":[" + statistics.daemons.map(\.json).joined(separator: ",") + "]}")
    }

    private func pipelines(_ call: Call) async throws -> Answer {
        let counts = try await counts(call)
        let items = core.daemon.pipelines().map { Self.object($0, counts) }
        return .json("{\"pipelines\":[" + items.joined(separator: ",") + "]}")
    }

    private func pipeline(_ call: Call) async throws -> Answer {
        guard let pipeline = core.daemon.pipelines().first(where: { $0.name == call.path.first }) else {
            throw Problem(.notFound, "There is no such pipeline.")
        }
        return .json(Self.object(pipeline, try await counts(call)))
    }

    /// A caller bound to a client sees names and kinds alone.
    private func counts(_ call: Call) async throws -> [UseCaseCounts]? {
        guard call.caller.clientID == nil else { return nil }
        return try await core.reads.perform { try $0.statistics(countingEnded: false) }.useCases
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
        let filter = CallbackFilter(
            states: states, clientID: call.query["client_id"], endpoint: call.query["endpoint"])
        let found = try await core.reads.perform { try $0.callbacks(filter, limit: limit) }
        return .json("{\"callbacks\":[" + found.map(\.json).joined(separator: ",") + "]}")
    }

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
