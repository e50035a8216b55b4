import IXCore
import IXRepresentation
import IXStore

/// Queues and their groups: settings, pauses, and what waits. Each change is written to the audit in its own transaction.
struct QueueControlResource: Sendable {
    let core: ServerCore

    private static let readers = Route.Audience.roles([.reader])
    private static let operators = Route.Audience.roles([])

    var routes: [Route] {
        [
            Route(.get, "/v1/queues", "listQueues", Self.readers, .ofQueue) { try await list($0) }.shared,
            Route(.get, "/v1/queues/{queue}", "getQueue", Self.readers, .ofQueue) { try await get($0) },
            Route(.post, "/v1/queues/{queue}", "setQueue", Self.operators, .ofQueue) { try await set($0) },
            Route(.post, "/v1/queues/{queue}/pause", "pauseQueue", Self.operators, .ofQueue) {
                try await pause($0, pauses: true)
            },
            Route(.post, "/v1/queues/{queue}/resume", "resumeQueue", Self.operators, .ofQueue) {
                try await pause($0, pauses: false)
            },
            Route(
                .get, "/v1/groups", "listGroups", Self.readers, .ofQueue, parameters: ["queue", "after", "limit"]
            ) { try await groups($0) }.shared,
            Route(.post, "/v1/groups", "setGroup", Self.operators, .ofQueue) { try await setGroup($0) },
        ]
    }

    private func list(_ call: Call) async throws -> Answer {
        let reader = core.queue.reader(for: call)
        let queues = try await reader.perform { try $0.queues() }
        return .json("{\"queues\":[" + queues.map(\.json).joined(separator: ",") + "]}").of(reader)
    }

    private func get(_ call: Call) async throws -> Answer {
        let name = try Self.name(call)
        guard let queue = try await core.reads.perform({ try $0.queue(name) }) else {
            throw Problem(.notFound, "The queue has no settings.")
        }
        return .json(queue.json)
    }

    private func set(_ call: Call) async throws -> Answer {
        let name = try Self.name(call)
        let change = try QueueChange(try await call.object(QueueChange.names))
        let queue = try await core.audited(call.auditEntry("queue_set", target: name, filter: change.json)) {
            try $0.setQueue(name, change)
            return try $0.queue(name)
        }
        return .json(queue?.json ?? "null")
    }

    private func pause(_ call: Call, pauses: Bool) async throws -> Answer {
        let name = try Self.name(call)
        let group = try await call.object(["group_key"]).text("group_key")
        if let group { try Keys.validated(group, field: "group_key") }
        let action = (group == nil ? "queue_" : "group_") + (pauses ? "pause" : "resume")
        let changed = try await core.audited(call.auditEntry(action, target: group.map { "\(name)/\($0)" } ?? name)) {
            pauses ? try $0.pause(name, group: group) : try $0.resume(name, group: group)
        }
        return .json(
            JSONPairs([
                ("queue", JSONPairs.literal(name)), ("group_key", JSONPairs.literal(group)), ("paused", "\(pauses)"),
                ("changed", "\(changed)"),
            ]).text)
    }

    private func groups(_ call: Call) async throws -> Answer {
        guard let queue = call.query["queue"] else { throw InvalidInput("queue", "is missing") }
        try Keys.validated(queue, field: "queue")
        let limit = try call.query.integer("limit", in: 1...500) ?? 50
        let after = call.query["after"] ?? ""
        if !after.isEmpty { try Keys.validated(after, field: "after") }
        let reader = core.queue.reader(for: call)
        let found = try await reader.perform { try $0.groups(of: queue, after: after, limit: limit + 1) }
        let page = found.prefix(limit)
        let next = found.count > limit ? page.last?.key : nil
        return .json(
            JSONPairs([
                ("groups", "[" + page.map(\.json).joined(separator: ",") + "]"), ("next", JSONPairs.literal(next)),
                ("complete", "\(next == nil)"),
            ]).text
        ).of(reader)
    }

    private func setGroup(_ call: Call) async throws -> Answer {
        let body = try await call.object(["queue", "group_key", "concurrency"])
        guard let queue = try body.text("queue") else { throw InvalidInput("queue", "is missing") }
        guard let group = try body.text("group_key") else { throw InvalidInput("group_key", "is missing") }
        guard body["concurrency"] != nil else {
            throw InvalidInput("concurrency", "is missing; null is the queue's limit")
        }
        let limit = try body.integer("concurrency")
        try Keys.validated(queue, field: "queue")
        try Keys.validated(group, field: "group_key")
        if let limit, !(0...1_000_000).contains(limit) {
            throw InvalidInput("concurrency", "must be a whole number from 0 to 1000000")
        }
        try await core.audited(call.auditEntry("group_set", target: "\(queue)/\(group)")) {
            try $0.setGroup(queue, group, concurrency: limit)
        }
        return .json(
            JSONPairs([
                ("queue", JSONPairs.literal(queue)), ("group_key", JSONPairs.literal(group)),
                ("concurrency", limit.map { "\($0)" } ?? "null"),
            ]).text)
    }

    private static func name(_ call: Call) throws(InvalidInput) -> String {
        try Keys.validated(call.path.first ?? "", field: "queue")
    }
}
