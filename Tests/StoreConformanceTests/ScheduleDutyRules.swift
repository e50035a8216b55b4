import IXConcurrency
import IXCore
import IXSchedules
import IXStore
import IXTestSupport
import Logging
import Testing

@testable import IXEngine

/// The daemon's part in schedules: plans, fires, missed moments, what is left to others.
extension StoreConformance {
    private func with(
        _ kind: StoreUnderTest, folder: String = TimeZoneFile.folder, isListening: Bool = true,
        _ body: (any JobStore, ScheduleDuty, Locked<Int>) async throws -> Void
    ) async throws {
        try await kind.with { store in
            let fired = Locked(0)
            let duty = ScheduleDuty(
                store.upkeep, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                notify: { fired.value += $0 }, isListening: { isListening }, folder: folder)
            try await body(store, duty, fired)
        }
    }

    private static func members(_ rule: String) -> String { "{\"request\": {\"use_case\": \"report\"}, \(rule)}" }

    @Test(arguments: StoreUnderTest.operated)
    func `a new schedule gets a plan, and fires when its moment has come`(_ kind: StoreUnderTest) async throws {
        try await with(kind) { store, duty, fired in
            #expect(duty.interval == .zero)
            _ = try await store.putSchedule("late", Self.members("\"every_seconds\": 86400"))
            try await duty.round {}
            #expect(fired.value == 0)
            let next = try #require(try await store.state("late").nextAt)
            #expect(next.microseconds % 86_400_000_000 == 0 && next > .now - .seconds(1))
            _ = try await store.putSchedule("soon", Self.members("\"every_seconds\": 1"))
            try await duty.round {}
            #expect(duty.interval <= .seconds(1) && duty.isPunctual)
            let hasFired = try await eventually {
                try await duty.round {}
                return fired.value > 0
            }
            #expect(hasFired)
            let state = try await store.state("soon")
            let id = try #require(state.lastJob)
            let job = try await store.perform { try $0.get(id) }
            #expect(job?.requestID == state.lastAt.map { ScheduleKey.fire("soon", at: $0) })
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `without schedules a daemon looks once a minute where notifications tell of them, else each five seconds`(
        _ kind: StoreUnderTest
    ) async throws {
        try await with(kind) { _, duty, _ in
            try await duty.round {}
            #expect(duty.interval == .seconds(60))
        }
        try await with(kind, isListening: false) { _, duty, _ in
            try await duty.round {}
            #expect(duty.interval == .seconds(5))
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `of moments missed in an outage the newest fires, none under skip, and none that is too old`(
        _ kind: StoreUnderTest
    ) async throws {
        try await with(kind) { store, duty, fired in
            // Far enough from the last moment that none counts as punctual.
            let start = Timestamp.now - .seconds(6 * 3600 + 300)
            let rule = "\"every_seconds\": 600, \"starts_at\": \"\(start)\""
            _ = try await store.putSchedule("last", Self.members(rule))
            _ = try await store.putSchedule("skip", Self.members(rule + ", \"missed\": \"skip\""))
            let yearly = "\"cron\": \"0 0 1 1 *\", \"missed_within_seconds\": 0"
            _ = try await store.putSchedule("old", Self.members(yearly))
            for name in ["last", "skip"] { try await store.plan(name, start) }
            try await store.plan("old", .now - .seconds(2 * 365 * 86_400))
            try await duty.round {}
            #expect(fired.value == 1)
            let state = try await store.state("last")
            #expect(state.lastAt.map { .now - $0 < .seconds(600) } == true)
            for name in ["last", "skip", "old"] {
                let next = try await store.state(name).nextAt
                #expect(next.map { $0 > .now } == true, "\(name)")
            }
            try await duty.round {}
            #expect(fired.value == 1)
            for name in ["skip", "old"] { #expect(try await store.state(name).lastJob == nil) }
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `without zone files a daemon leaves zones to others and fires the rest`(_ kind: StoreUnderTest) async throws {
        try await with(kind, folder: "/nonexistent") { store, duty, _ in
            let berlin = "\"cron\": \"* * * * *\", \"time_zone\": \"Europe/Berlin\""
            _ = try await store.putSchedule("berlin", Self.members(berlin))
            _ = try await store.putSchedule("utc", Self.members("\"cron\": \"* * * * *\""))
            try await duty.round {}
            let (left, planned) = (try await store.state("berlin"), try await store.state("utc"))
            #expect(left.nextAt == nil && left.pausedAt == nil && planned.nextAt != nil)
            #expect(duty.interval > .zero && duty.interval <= .seconds(60))
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `the last moment fires, and the schedule rests for good`(_ kind: StoreUnderTest) async throws {
        try await with(kind) { store, duty, fired in
            let start = Timestamp.now
            let rule =
                "\"every_seconds\": 60, \"starts_at\": \"\(start)\", \"ends_at\": \"\(start + .microseconds(1))\""
            _ = try await store.putSchedule("once", Self.members(rule))
            try await store.plan("once", start)
            try await duty.round {}
            #expect(fired.value == 1)
            #expect(try await store.state("once").isOver)
            try await duty.round {}
            #expect(fired.value == 1 && duty.interval == .seconds(60))
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a job that is refused pauses its schedule with the reason, and others fire`(_ kind: StoreUnderTest)
        async throws
    {
        try await with(kind) { store, duty, fired in
            try await store.perform { try $0.setQueue("mail", QueueChange()) }
            let rule = "\"every_seconds\": 60"
            _ = try await store.putSchedule("mail", Self.members(rule + ", \"queue\": \"mail\", \"priority\": 5"))
            _ = try await store.putSchedule("plain", Self.members(rule))
            let strict = try QueueChange(JSONDocument(#"{"strict": true}"#.utf8, field: "queue", limit: 100))
            try await store.perform { try $0.setQueue("mail", strict) }
            let now = Timestamp.now
            for name in ["mail", "plain"] { try await store.plan(name, now) }
            try await duty.round {}
            #expect(fired.value == 1)
            let state = try await store.state("mail")
            #expect(state.pausedReason == "priority: must be 0 in queue mail, which is strict" && state.lastJob == nil)
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a thousand schedules of one moment fire in one round`(_ kind: StoreUnderTest) async throws {
        try await with(kind) { store, duty, fired in
            let definition = try ScheduleDefinition(
                "n", JSONDocument(Self.members("\"every_seconds\": 3600").utf8, field: "schedule", limit: 1000))
            let moment = Timestamp.now
            _ = try await store.transaction { operations in
                for number in 0..<1000 {
                    var one = definition
                    one.name = "s\(number)"
                    _ = try operations.setSchedule(one)
                }
                let plans = (0..<1000).map { SchedulePlan(Self.due("s\($0)", nil), next: moment) }
                return try operations.planSchedules(plans)
            }
            try await duty.round {}
            #expect(fired.value == 1000)
            #expect(try await store.perform { try $0.findSchedules(limit: 10) }.schedules.isEmpty)
        }
    }
}
