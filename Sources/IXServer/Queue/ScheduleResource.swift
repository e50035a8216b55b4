import FoundationEssentials
import IXCore
import IXRepresentation
import IXSchedules
import IXStore

/// Schedules: what they are, when they fire next, and the operator's changes. Each change is written to the audit in its own
/// transaction.
struct ScheduleResource: Sendable {
    let core: ServerCore

    private static let readers = Route.Audience.roles([.reader])
    private static let operators = Route.Audience.roles([])
    private static let path = "/v1/schedules/{name}"

    var routes: [Route] {
        [
            Route(
                .get, "/v1/schedules", "listSchedules", Self.readers, .ofQueue, parameters: ["after", "limit"]
            ) { try await list($0) },
            Route(.get, Self.path, "getSchedule", Self.readers, .ofQueue) { try await get($0) },
            Route(.post, Self.path, "setSchedule", Self.operators, .ofQueue) { try await set($0) },
            Route(.delete, Self.path, "removeSchedule", Self.operators, .ofQueue) { try await remove($0) },
            Route(.post, Self.path + "/pause", "pauseSchedule", Self.operators, .ofQueue) {
                try await pause($0, pauses: true)
            },
            Route(.post, Self.path + "/resume", "resumeSchedule", Self.operators, .ofQueue) {
                try await pause($0, pauses: false)
            },
            Route(.post, Self.path + "/fire", "fireSchedule", Self.operators, .ofQueue) { try await fire($0) },
            Route(
                .get, Self.path + "/next", "listMoments", Self.readers, .ofQueue, parameters: ["from", "count"]
            ) { try await next($0) },
        ]
    }

    private func list(_ call: Call) async throws -> Answer {
        let limit = try call.query.integer("limit", in: 1...ScheduleState.most) ?? 50
        let after = call.query["after"] ?? ""
        if !after.isEmpty { try Keys.validated(after, field: "after") }
        let reader = core.queue.reader(for: call)
        let found = try await reader.perform { try $0.schedules(after: after, limit: limit + 1) }
        let page = found.prefix(limit)
        let next = found.count > limit ? page.last?.definition.name : nil
        // Documents are for the one schedule that is asked for.
        let view = View(showsDocuments: false, mask: call.caller.view.mask)
        return .json(
            JSONPairs([
                ("schedules", "[" + page.map { $0.json(view) }.joined(separator: ",") + "]"),
                ("next", JSONPairs.literal(next)), ("complete", "\(next == nil)"),
            ]).text
        ).of(reader)
    }

    private func get(_ call: Call) async throws -> Answer {
        .json(try await state(call).json(call.caller.view))
    }

    private func next(_ call: Call) async throws -> Answer {
        let count = try call.query.integer("count", in: 1...ScheduleMoments.most) ?? 10
        let from = try call.query["from"].map { text throws(InvalidInput) in
            guard let from = Timestamp(text) else {
                throw InvalidInput("from", "is no time; write it like 2026-03-04T05:06:07.000008Z")
            }
            return from
        }
        let state = try await state(call)
        do {
            return .json(ScheduleMoments(try state.definition.rule(), count: count, from: from ?? .now).json)
        } catch let unavailable as TimeZoneUnavailable {
            throw InvalidInput("time_zone", unavailable.reason)
        }
    }

    private func set(_ call: Call) async throws -> Answer {
        let name = try Self.name(call)
        let body = try await call.object(
            ScheduleDefinition.names, upTo: Limits.requestBytes + (64 << 10), nesting: Limits.nesting + 1)
        let definition = try ScheduleDefinition(name, body)
        let state = try await core.audited(
            call.auditEntry("schedule_set", target: name, filter: JSONPairs(definition.members).text)
        ) {
            _ = try $0.setSchedule(definition)  // ignored: the answer has the version
            return try $0.schedule(name)
        }
        guard let state else { throw Problem.notFound }
        return .json(state.json(call.caller.view))
    }

    private func remove(_ call: Call) async throws -> Answer {
        let name = try Self.name(call)
        try await core.audited(call.auditEntry("schedule_remove", target: name)) {
            guard try $0.removeSchedule(name) else { throw Self.missing }
        }
        return .empty
    }

    private func pause(_ call: Call, pauses: Bool) async throws -> Answer {
        let name = try Self.name(call)
        let changed = try await core.audited(
            call.auditEntry(pauses ? "schedule_pause" : "schedule_resume", target: name)
        ) {
            guard try $0.schedule(name) != nil else { throw Self.missing }
            return pauses ? try $0.pauseSchedule(name) : try $0.resumeSchedule(name)
        }
        return .json(
            JSONPairs([("name", JSONPairs.literal(name)), ("paused", "\(pauses)"), ("changed", "\(changed)")]).text)
    }

    private func fire(_ call: Call) async throws -> Answer {
        let name = try Self.name(call)
        let job = try await core.audited(call.auditEntry("schedule_fire", target: name)) {
            guard try $0.schedule(name) != nil else { throw Self.missing }
            return try $0.fireSchedule(name)
        }
        return .json(
            JSONPairs([("name", JSONPairs.literal(name)), ("job_id", JSONPairs.literal(job.uuidString.lowercased()))])
                .text)
    }

    private func state(_ call: Call) async throws -> ScheduleState {
        let name = try Self.name(call)
        guard let state = try await core.reads.perform({ try $0.schedule(name) }) else { throw Self.missing }
        return state
    }

    private static let missing = Problem(.notFound, "There is no such schedule.")

    private static func name(_ call: Call) throws(InvalidInput) -> String {
        let name = call.path.first ?? ""
        try ScheduleDefinition.checkName(name)
        return name
    }
}
