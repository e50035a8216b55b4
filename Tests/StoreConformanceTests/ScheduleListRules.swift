import FoundationEssentials
import IXCore
import IXSchedules
import IXStore
import IXTestSupport
import Testing

/// The jobs of schedules among others, and the schedules in the statistics.
extension StoreConformance {
    @Test(arguments: StoreUnderTest.operated)
    func `jobs are listed by the schedule that inserted them, whatever their status`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            // Names that hold each other's, and the character that ends a name.
            for name in ["a", "a@b", "ab", "A", "ü"] { _ = try await store.putSchedule(name, Self.dailySchedule) }
            try await store.insert("a@2026-01-01T00:00:00Z")
            var jobs: [String: Set<String>] = [:]
            for name in ["a", "a@b", "ab", "A", "ü"] {
                let at = try await store.plan(name)
                #expect(try await store.fire(name, at) == .fired)
                let now = try await store.perform { try $0.fireSchedule(name) }
                _ = try await store.perform { try $0.cancel([now]) }
                guard case .resubmitted(let again) = try await store.perform({ try $0.resubmit(now, requestID: nil) })
                else { return #expect(Bool(false), "not resubmitted") }
                let fired = try await store.perform {
                    try $0.getByCorrelation(
                        clientID: "schedule", requestID: ScheduleKey.fire(name, at: at))
                }
                jobs[name] = Set([fired?.jobID, now, again].compactMap { $0?.uuidString })
            }
            func listed(_ names: Set<String>, _ statuses: Set<JobStatus> = [], client: String? = nil) async throws
                -> Set<String>
            {
                var filter = JobFilter(statuses: statuses, clientID: client)
                filter.schedules = names
                let wanted = filter
                let rows = try await store.perform { try $0.list(wanted, after: nil, limit: 100) }
                return Set(rows.map(\.jobID.uuidString))
            }
            for (name, all) in jobs {
                #expect(try await listed([name]) == all && all.count == 3, "\(name)")
                #expect(try await listed([name], [.pending, .running]).count == 2, "\(name)")
                #expect(try await listed([name], [.error]).count == 1, "\(name)")
                #expect(try await listed([name], client: "schedule") == all)
                #expect(try await listed([name], client: "test").isEmpty)
            }
            #expect(try await listed(["a", "ü"]) == jobs["a"]?.union(jobs["ü"] ?? []))
            #expect(try await listed(["none", "a@"]).isEmpty)
        }
    }

    /// SQLite alone, where the jobs cost a moment; ListPlanTests fills the tables of PostgreSQL.
    @Test func `a schedule with many jobs is listed page by page, and none is missing`() async throws {
        try await StoreUnderTest.sqlite.with { store in
            for name in ["busy", "rare"] { _ = try await store.putSchedule(name, Self.dailySchedule) }
            try await store.transaction { operations in
                for _ in 1...5001 { _ = try operations.fireSchedule("busy") }  // ignored: the jobs are counted below
                _ = try operations.fireSchedule("rare")  // ignored: as above
            }
            for (names, count) in [(Set(["busy"]), 5001), (["rare"], 1), (["busy", "rare"], 5002)] {
                var filter = JobFilter()
                filter.schedules = names
                let wanted = filter
                let first = try await store.perform { try $0.list(wanted, after: nil, limit: 3000) }
                let position = first.last?.position
                let second = try await store.perform { try $0.list(wanted, after: position, limit: 3000) }
                #expect(Set((first + second).map(\.jobID)).count == count, "\(names)")
                #expect(first.count + second.count == count, "\(names)")
            }
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `the statistics count schedules, and tell the next moment and what is late`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            #expect(try await store.perform { try $0.statistics(countingEnded: false) }.schedules.isEmpty)
            for name in ["late", "soon", "paused", "halted"] {
                _ = try await store.putSchedule(name, Self.dailySchedule)
            }
            let soon = try await store.plan("soon", .now + .seconds(300))
            try await store.plan("late", .now - .seconds(300))
            let halt = SchedulePlan(Self.due("halted", nil), next: nil, pausing: "cron: never fires")
            _ = try await store.perform { try $0.planSchedules([halt]) }
            _ = try await store.perform { try $0.pauseSchedule("paused") }
            let look = try await store.perform { try $0.surroundings() }.schedules
            #expect(look.counts.on == 2 && look.counts.paused == 1 && look.counts.halted == 1 && look.late == 1)
            #expect(look.nextAt == soon && look.oldestLate.map { $0 >= 300 && $0 < 360 } == true, "\(look)")
        }
    }
}
