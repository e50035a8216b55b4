import FoundationEssentials
import IXConcurrency
import IXCore
import IXSchedules
import IXStore
import IXTestSupport
import Logging
import Testing

@testable import IXEngine

/// Schedules after the store's clock was ahead and is set right.
extension StoreConformance {
    private static let hourly = #"{"request": {"use_case": "report"}, "every_seconds": 3600}"#

    private static func duty(_ store: any JobStore) -> ScheduleDuty {
        ScheduleDuty(
            store.upkeep, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, notify: { _ in },
            isListening: { true })
    }

    /// Plans as a clock makes them that is ahead.
    private static func plan(
        _ name: String, ahead: Duration, next: String?, _ sql: @Sendable (String) async throws -> Void
    ) async throws {
        let planned = Timestamp.now + ahead
        let next = next ?? (planned + .seconds(3600)).text
        try await sql("UPDATE ix_schedules SET planned_at = '\(planned)', next_at = '\(next)' WHERE name = '\(name)'")
    }

    @Test(arguments: StoreUnderTest.operated)
    func `plans of a clock that was ahead are made anew, and others stay`(_ kind: StoreUnderTest) async throws {
        try await kind.withSQL { store, sql in
            let ends = (Timestamp.now + .seconds(7 * 86_400)).text
            for name in ["ahead", "paused", "slewed"] { _ = try await store.putSchedule(name, Self.hourly) }
            let ending = #"{"request": {"use_case": "report"}, "every_seconds": 3600, "ends_at": "\#(ends)"}"#
            _ = try await store.putSchedule("over", ending)
            let duty = Self.duty(store)
            try await duty.round {}
            let planned = try await store.state("slewed").nextAt
            for name in ["ahead", "paused"] { try await Self.plan(name, ahead: .seconds(14_400), next: nil, sql) }
            try await Self.plan("over", ahead: .seconds(8 * 86_400), next: "infinity", sql)
            // Less than a second is another daemon's plan of this moment, or a clock that is adjusted.
            try await Self.plan("slewed", ahead: .milliseconds(500), next: "9999-01-01T00:00:00.000000Z", sql)
            _ = try await store.perform { try $0.pauseSchedule("paused") }
            #expect(try await store.state("over").isOver)
            try await duty.round {}
            let limit = Timestamp.now + .seconds(3600)
            for name in ["ahead", "over"] {
                let state = try await store.state(name)
                #expect(state.nextAt.map { $0 <= limit } == true && state.version == 1, "\(name)")
            }
            #expect(planned.map { $0 <= limit } == true)
            for name in ["paused", "slewed"] {
                #expect(try await store.state(name).nextAt.map { $0 > limit } == true, "\(name)")
            }
            #expect(try await store.perform { try $0.findSchedules(limit: 10) }.schedules.isEmpty)
        }
    }

    /// Fires a moment, lets `then` happen, fires a later one, and fires the moment again, under each overlap. The later
    /// job goes on.
    private static func again(
        _ kind: StoreUnderTest, then: @Sendable (any JobStore) async throws -> Void,
        jobs: @Sendable (_ jobs: [JobSummary], _ later: UUID) throws -> Void
    ) async throws {
        for overlap in ["allow", "skip", "replace"] {
            try await kind.with { store in
                let rule = Self.hourly.replacing("3600}", with: "3600, \"overlap\": \"\(overlap)\"}")
                _ = try await store.putSchedule("hourly", rule)
                let first = try await store.plan("hourly")
                #expect(try await store.fire("hourly", first) == .fired)
                let former = try #require(try await store.state("hourly").lastJob)
                _ = try await store.perform { try $0.cancel([former]) }
                try await then(store)
                try await store.plan("hourly", first + .seconds(1))
                #expect(try await store.fire("hourly", first + .seconds(1)) == .fired)
                let later = try #require(try await store.state("hourly").lastJob)
                try await store.plan("hourly", first)
                #expect(try await store.fire("hourly", first) == .fired)
                let state = try await store.state("hourly")
                #expect(state.lastJob == later && state.lastStatus == .pending && later != former, "\(overlap)")
                try jobs(try await store.perform { try $0.list(JobFilter(), after: nil, limit: 10) }, later)
            }
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a moment that fired before the clock was set back keeps its job, and a later job goes on`(
        _ kind: StoreUnderTest
    ) async throws {
        try await Self.again(kind, then: { _ in }, jobs: { jobs, _ in #expect(jobs.count == 2) })
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a moment whose job is pruned is known by its receipt, and a later job goes on`(
        _ kind: StoreUnderTest
    ) async throws {
        try await Self.again(
            kind,
            then: { store in
                let pruned = try await store.prunedByWalks(Self.receiptRetention)
                #expect(pruned == 1)
            },
            jobs: { jobs, later in #expect(jobs.map(\.jobID) == [later]) })
    }
}
