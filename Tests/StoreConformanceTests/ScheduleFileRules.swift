import IXCore
import IXSchedules
import IXStore
import IXTestSupport
import Testing

/// Schedules of configuration files.
extension StoreConformance {
    @Test(arguments: StoreUnderTest.operated)
    func `a schedule of a file is paused and fired, and neither changed nor removed by other ways`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            let entered = try await store.enter("b", ["nightly": Self.dailySchedule])
            #expect(entered == [ScheduleFileChange(name: "nightly", kind: .entered, origin: nil)])
            #expect(try await store.enter("b", ["nightly": Self.dailySchedule]) == [])
            for change: @Sendable (any JobStore) async throws -> Void in [
                { _ = try await $0.putSchedule("nightly", Self.dailySchedule) },
                { _ = try await $0.perform { try $0.removeSchedule("nightly") } },
            ] {
                let refusal = await #expect(throws: StoreError.self) { try await change(store) }
                #expect(refusal?.message == "name: schedules.nightly is set by /etc/b.toml of host b")
            }
            let at = try await store.plan("nightly")
            #expect(try await store.fire("nightly", at) == .fired)
            #expect(try await store.perform { try $0.pauseSchedule("nightly") })
            let other = Self.dailySchedule.replacing("30 2", with: "30 3")
            #expect(try await store.enter("b", ["nightly": other]).map(\.kind) == [.entered])
            let state = try await store.state("nightly")
            #expect(state.pausedAt != nil && state.version == 2 && state.lastAt == at && state.nextAt == nil)
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a schedule that has left the file goes on, and is free again`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            _ = try await store.putSchedule("hand", Self.dailySchedule)
            _ = try await store.enter("b", ["nightly": Self.dailySchedule])
            let freed = try await store.enter("b", [:])
            let origin = QueueKeyOrigin(file: "/etc/b.toml", host: "b", instance: "default")
            #expect(freed == [ScheduleFileChange(name: "nightly", kind: .freed, origin: origin)])
            #expect(try await store.enter("b", [:]) == [])
            #expect(try await store.state("nightly").pausedAt == nil)
            #expect(try await store.perform { try $0.removeSchedule("nightly") })
            // A schedule made by hand becomes the file's when a file names it.
            #expect(try await store.enter("b", ["hand": Self.dailySchedule]) == [])
            #expect(try await store.state("hand").origin == origin)
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `of two daemons whose files define a schedule the later wins, and the answer names the other`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            _ = try await store.enter("a", ["nightly": Self.dailySchedule])
            let taken = try await store.enter("b", ["nightly": Self.dailySchedule.replacing("30 2", with: "0 4")])
            let origin = QueueKeyOrigin(file: "/etc/a.toml", host: "a", instance: "default")
            #expect(taken == [ScheduleFileChange(name: "nightly", kind: .taken, origin: origin)])
            #expect(try await store.state("nightly").origin?.host == "b")
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func
        `a file's schedule that the store refuses is entered paused with the reason, and goes on when the reason is gone`(
            _ kind: StoreUnderTest
        ) async throws
    {
        try await kind.with { store in
            let queued = #"{"request": {"use_case": "u"}, "cron": "@daily", "queue": "mail"}"#
            let zoned = #"{"request": {"use_case": "u"}, "cron": "@daily", "time_zone": "Europe/Berlim"}"#
            let all = ["a": Self.dailySchedule, "queued": queued, "zoned": zoned]
            let changes = try await store.enter("b", all)
            #expect(changes.map(\.kind) == [.entered, .refused, .refused])
            #expect(changes[1].reason == "queue: there is no queue mail")
            #expect(changes[2].reason?.hasPrefix("time_zone: Europe/Berlim is unknown") == true)
            let halted = try await store.state("queued")
            #expect(halted.pausedReason == changes[1].reason && halted.pausedAt != nil && halted.origin?.host == "b")
            #expect(try await store.state("a").pausedAt == nil)
            // The next start says so again, and changes nothing.
            #expect(
                try await store.enter("b", all) == [
                    ScheduleFileChange(
                        name: "queued", kind: .refused, origin: halted.origin, reason: changes[1].reason),
                    ScheduleFileChange(name: "zoned", kind: .refused, origin: halted.origin, reason: changes[2].reason),
                ])
            #expect(try await store.state("queued") == halted)
            try await store.perform { try $0.setQueue("mail", QueueChange()) }
            #expect(try await store.enter("b", all).map(\.kind) == [.entered, .refused])
            let state = try await store.state("queued")
            #expect(state.pausedAt == nil && state.pausedReason == nil && state.version == 2)
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `an operator's pause stays an operator's when the store refuses the file's schedule`(_ kind: StoreUnderTest)
        async throws
    {
        try await kind.with { store in
            _ = try await store.enter("b", ["n": Self.dailySchedule])
            _ = try await store.perform { try $0.pauseSchedule("n") }
            let bad = #"{"request": {"use_case": "u"}, "cron": "@daily", "queue": "none"}"#
            #expect(try await store.enter("b", ["n": bad]).map(\.kind) == [.refused])
            let state = try await store.state("n")
            #expect(state.pausedAt != nil && state.pausedReason == nil && state.definition.queue == "none")
        }
    }
}

extension JobStore {
    /// Enters the schedules of `/etc/HOST.toml`: members by name.
    fileprivate func enter(_ host: String, _ schedules: [String: String]) async throws -> [ScheduleFileChange] {
        let tables = try schedules.sorted { $0.key < $1.key }.map { name, members in
            ScheduleFile.Table(
                path: "/etc/\(host).toml",
                definition: try ScheduleDefinition(
                    name, JSONDocument(members.utf8, field: "schedule", limit: 100_000)))
        }
        let file = ScheduleFile(host: host, instance: "default", tables: tables)
        return try await perform { try $0.enterSchedules(file) }
    }
}
