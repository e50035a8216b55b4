import FoundationEssentials
import IXCore
import IXSchedules
import IXStore
import IXTestSupport
import Testing

/// Schedules: entered, changed, paused, fired, and refused.
extension StoreConformance {
    static let dailySchedule = #"{"request": {"use_case": "report", "n": 1.50}, "cron": "30 2 * * *"}"#

    @Test(arguments: StoreUnderTest.operated)
    func `a change raises the version, and only a change of the moments voids the plan`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            #expect(try await store.putSchedule("nightly", Self.dailySchedule) == 1)
            let plan = try await store.plan("nightly")
            #expect(try await store.putSchedule("nightly", Self.dailySchedule) == 1)
            #expect(try await store.state("nightly").nextAt == plan)
            let more = #"{"request": {"use_case": "report", "n": 1.50}, "cron": "30 2 * * *", "priority": 5}"#
            #expect(try await store.putSchedule("nightly", more) == 2)
            #expect(try await store.state("nightly").nextAt == plan)
            let other = #"{"request": {"use_case": "report"}, "cron": "30 3 * * *", "time_zone": "Europe/Berlin"}"#
            #expect(try await store.putSchedule("nightly", other) == 3)
            let state = try await store.state("nightly")
            #expect(state.nextAt == nil && state.version == 3 && state.definition.timeZone == "Europe/Berlin")
            #expect(state.definition.priority == nil && !state.isOver && state.origin == nil)
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a schedule keeps what it was told, and is listed by name`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            try await store.perform { try $0.setQueue("mail", QueueChange()) }
            let whole = #"""
                {"request": {"use_case": "report", "big": 12345678901234567890, "n": 1.10}, "every_seconds": 900,
                 "callback_url": "https://shop.example/done", "queue": "mail", "group_key": "acme", "priority": -3,
                 "max_attempts": 7, "missed": "skip", "missed_within_seconds": 60, "overlap": "replace",
                 "starts_at": "2026-01-01T00:00:00Z", "ends_at": "2027-01-01T00:00:00.5Z"}
                """#
            _ = try await store.putSchedule("b", whole)
            for name in ["c", "a", "d"] { _ = try await store.putSchedule(name, Self.dailySchedule) }
            let state = try await store.state("b")
            let (one, definition) = (state.definition, try ScheduleDefinition("b", Self.document(whole)))
            #expect(try one.request == JSONDocument(request: definition.request).normalForm)
            #expect(one.members.map(\.0) == definition.members.map(\.0))
            #expect(one.members.map(\.1) == definition.members.map(\.1))
            let page = try await store.perform { try $0.schedules(after: "a", limit: 2) }
            #expect(page.map(\.definition.name) == ["b", "c"])
            #expect(try await store.perform { try $0.schedule("x") } == nil)
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a moment fires when it has come, once, under its own key`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            _ = try await store.putSchedule("nightly", Self.dailySchedule)
            let at = try await store.plan("nightly")
            #expect(try await store.fire("nightly", at) == .fired)
            #expect(try await store.fire("nightly", at) == .void)
            let state = try await store.state("nightly")
            let job = try #require(try await store.job(of: state))
            #expect(job.clientID == "schedule" && job.requestID == "nightly@\(at.text.prefix(19))Z")
            #expect(job.useCase == "report" && state.lastAt == at && state.nextAt == at + .seconds(86_400))
            #expect(try JSONDocument(request: job.request)["n"]?.text == "1.50")
            // A plan set back, by a restored backup for one, finds the job.
            try await store.plan("nightly", at)
            #expect(try await store.fire("nightly", at) == .fired)
            #expect(try await store.state("nightly").lastJob == state.lastJob)
            // The next moment lies ahead.
            #expect(try await store.fire("nightly", at + .seconds(86_400)) == .void)
            #expect(try await store.fire("nightly", at, version: 2) == .void)
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `overlap leaves the last job, or cancels it, while it has not ended`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            let skipping = #"{"request": {"use_case": "report"}, "cron": "30 2 * * *", "overlap": "skip"}"#
            _ = try await store.putSchedule("nightly", skipping)
            let at = try await store.plan("nightly")
            #expect(try await store.fire("nightly", at) == .fired)
            let first = try await store.state("nightly").lastJob
            try await store.plan("nightly", at + .seconds(60))
            #expect(try await store.fire("nightly", at + .seconds(60)) == .skipped)
            #expect(try await store.state("nightly").lastJob == first)
            _ = try await store.putSchedule("nightly", skipping.replacing("\"skip\"", with: "\"replace\""))
            try await store.plan("nightly", at + .seconds(120), version: 2)
            #expect(try await store.fire("nightly", at + .seconds(120), version: 2) == .fired)
            let ended = try await store.perform { try $0.get(first ?? UUID()) }
            #expect(ended?.status == .error && ended?.response?.contains("cancelled") == true)
            #expect(try await store.state("nightly").lastStatus == .pending)
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a paused schedule fires only when told to, and goes on with a new plan`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            _ = try await store.putSchedule("nightly", Self.dailySchedule)
            let at = try await store.plan("nightly")
            #expect(try await store.perform { try $0.pauseSchedule("nightly") })
            #expect(try await store.perform { try $0.pauseSchedule("nightly") } == false)
            #expect(try await store.fire("nightly", at) == .void)
            let jobs = try await store.perform { [try $0.fireSchedule("nightly"), try $0.fireSchedule("nightly")] }
            #expect(jobs[0] != jobs[1])
            let job = try await store.perform { try $0.get(jobs[0]) }
            #expect(job.map { ScheduleKey.isFire($0.requestID) && $0.requestID.hasPrefix("nightly@now-") } == true)
            #expect(try await store.perform { try $0.resumeSchedule("nightly") })
            #expect(try await store.perform { try $0.resumeSchedule("nightly") } == false)
            let state = try await store.state("nightly")
            #expect(state.pausedAt == nil && state.nextAt == nil && state.lastAt == nil)
            #expect(try await store.perform { try $0.removeSchedule("nightly") })
            #expect(try await store.perform { try $0.removeSchedule("nightly") } == false)
            for change: @Sendable (any JobOperations) throws -> Void in [
                { _ = try $0.pauseSchedule("x") }, { _ = try $0.resumeSchedule("x") },
                { _ = try $0.fireSchedule("x") },
            ] {
                let refusal = await #expect(throws: StoreError.self) { try await store.perform(change) }
                #expect(refusal?.message == "name: there is no schedule x")
            }
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a reason pauses a schedule, and a change lets it go on`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            _ = try await store.putSchedule("nightly", Self.dailySchedule)
            let at = try await store.plan("nightly")
            let plan = SchedulePlan(Self.due("nightly", at), next: nil, pausing: "cron: never fires")
            #expect(try await store.perform { try $0.planSchedules([plan, plan]) } == [true, false])
            let halted = try await store.state("nightly")
            #expect(halted.pausedReason == "cron: never fires" && halted.pausedAt != nil && halted.nextAt == at)
            let counts = try await store.perform { try $0.findSchedules(limit: 10) }.counts
            #expect(counts.on == 0 && counts.paused == 0 && counts.halted == 1)
            #expect(try await store.putSchedule("nightly", Self.dailySchedule) == 2)
            let state = try await store.state("nightly")
            #expect(state.pausedAt == nil && state.pausedReason == nil && state.nextAt == at)
        }
    }

    @Test(arguments: StoreUnderTest.operated)
    func `the client of schedules is refused at every door, but to fires and resubmits`(
        _ kind: StoreUnderTest
    ) async throws {
        try await kind.with { store in
            let forged = try RequestIX(
                useCase: "u", clientID: "schedule", requestID: "r", fields: JSONDocument(request: "{}"))
            #expect(throws: ScheduleKey.refusal) { try NewJob(forged) }
            let slipped = try NewJob(forged, isOfSchedule: true)
            if kind == .postgres {
                let refusal = await #expect(throws: StoreError.self) {
                    try await store.perform { try $0.insertPending(slipped) }
                }
                #expect(refusal?.message.contains("client_id: schedule is kept for the jobs of schedules") == true)
                let items = try await store.perform { try $0.insertPendingBatch([slipped]) }
                guard case .refused(let input) = items.first else { return #expect(Bool(false), "\(items)") }
                #expect(input == ScheduleKey.refusal)
            }
            _ = try await store.putSchedule("nightly", Self.dailySchedule)
            let job = try await store.perform { try $0.fireSchedule("nightly") }
            _ = try await store.perform { try $0.cancel([job]) }
            guard case .resubmitted(let again) = try await store.perform({ try $0.resubmit(job, requestID: nil) })
            else {
                return #expect(Bool(false), "not resubmitted")
            }
            let copy = try await store.perform { try $0.get(again) }
            #expect(copy?.clientID == "schedule" && copy.map { ScheduleKey.isFire($0.requestID) } == true)
            #expect(try await store.perform { try $0.resubmit(job, requestID: nil) } == .duplicate(again))
        }
    }

    @Test(arguments: [
        ("", #"{"request": {"use_case": "u"}, "cron": "@daily"}"#, "name: is empty"),
        ("n", #"{"cron": "@daily"}"#, "request: is not a JSON object"),
        ("n", #"{"request": {}, "cron": "@daily"}"#, "use_case: is missing"),
        ("n", #"{"request": {"use_case": 5}, "cron": "@daily"}"#, "use_case: is not a string"),
        (
            "n", #"{"request": {"use_case": "u", "request_id": "r"}, "cron": "@daily"}"#,
            "request: its ix_client_id and request_id are the schedule's to give"
        ),
        ("n", #"{"request": {"use_case": "u"}}"#, "cron: is missing; a schedule has cron or every_seconds"),
        (
            "n", #"{"request": {"use_case": "u"}, "cron": "@daily", "every_seconds": 60}"#,
            "every_seconds: is given beside cron; a schedule has one of both"
        ),
        (
            "n", #"{"request": {"use_case": "u"}, "every_seconds": 0.5}"#,
            "every_seconds: must be whole seconds from 1 to 315360000"
        ),
        (
            "n", #"{"request": {"use_case": "u"}, "cron": "0 0 30 2 *"}"#,
            "cron: never fires: no month of 2 has a day 30"
        ),
        ("n", #"{"request": {"use_case": "u"}, "cron": "99 * * * *"}"#, "cron: minute 99 must be 0 to 59"),
        ("n", #"{"request": {"use_case": "u"}, "cron": "@daily", "time_zone": ""}"#, "time_zone: is empty"),
        (
            "n", #"{"request": {"use_case": "u"}, "cron": "@daily", "priority": 1001}"#,
            "priority: must be -1000 to 1000"
        ),
        (
            "n", #"{"request": {"use_case": "u"}, "cron": "@daily", "max_attempts": -1}"#,
            "max_attempts: must be 0 (no limit) to 1000000"
        ),
        ("n", #"{"request": {"use_case": "u"}, "cron": "@daily", "missed": "all"}"#, "missed: must be last or skip"),
        (
            "n", #"{"request": {"use_case": "u"}, "cron": "@daily", "overlap": "x"}"#,
            "overlap: must be allow, skip or replace"
        ),
        (
            "n", #"{"request": {"use_case": "u"}, "cron": "@daily", "missed_within_seconds": -1}"#,
            "missed_within_seconds: must be 0 to 315360000"
        ),
        (
            "n",
            #"{"request": {"use_case": "u"}, "cron": "@daily", "starts_at": "2026-02-01", "ends_at": "2026-01-01"}"#,
            "ends_at: is before starts_at"
        ),
        ("n", #"{"request": {"use_case": "u"}, "cron": "@daily", "every": 5}"#, "every: is no setting of a schedule"),
    ])
    func `a definition is refused with the field and what the field takes`(
        _ row: (name: String, members: String, reason: String)
    ) throws {
        let refusal = #expect(throws: InvalidInput.self) {
            try ScheduleDefinition(row.name, Self.document(row.members))
        }
        #expect(refusal?.description == row.reason)
    }

    @Test(arguments: StoreUnderTest.operated)
    func `a store refuses a queue that isn't there, and an unknown zone`(_ kind: StoreUnderTest) async throws {
        try await kind.with { store in
            for (members, reason) in [
                (
                    #"{"request": {"use_case": "u"}, "cron": "@daily", "queue": "none"}"#,
                    "queue: there is no queue none"
                ),
                (
                    #"{"request": {"use_case": "u"}, "cron": "@daily", "time_zone": "Europe/Berlim"}"#,
                    "time_zone: Europe/Berlim"
                ),
            ] {
                let refusal = await #expect(throws: StoreError.self) { try await store.putSchedule("n", members) }
                #expect(refusal?.message.hasPrefix(reason) == true, "\(String(describing: refusal))")
            }
            let found = try await store.perform { try $0.schedule("n") }
            #expect(found == nil)
        }
    }

    private static func document(_ text: String) throws -> JSONDocument {
        try JSONDocument(text.utf8, field: "schedule", limit: 100_000)
    }

    static func due(_ name: String, _ at: Timestamp?, version: Int64 = 1) -> DueSchedule {
        var due = DueSchedule(name, version: version)
        due.nextAt = at
        return due
    }
}

extension JobStore {
    /// Sets a schedule by an object of members; returns the version.
    func putSchedule(_ name: String, _ members: String) async throws -> Int64 {
        let definition = try ScheduleDefinition(
            name, JSONDocument(members.utf8, field: "schedule", limit: 100_000))
        return try await perform { try $0.setSchedule(definition) }
    }

    func state(_ name: String) async throws -> ScheduleState {
        try #require(try await perform { try $0.schedule(name) })
    }

    fileprivate func job(of state: ScheduleState) async throws -> Job? {
        let id = try #require(state.lastJob)
        return try await perform { try $0.get(id) }
    }

    /// Plans the schedule for a whole second that has passed, else for `at`. Returns the moment.
    @discardableResult
    func plan(_ name: String, _ at: Timestamp? = nil, version: Int64 = 1) async throws -> Timestamp {
        let hour = Int64(3_600_000_000)
        let moment = at ?? Timestamp(microseconds: Timestamp.now.microseconds / hour * hour - hour)
        let next = try await state(name).nextAt
        let plan = SchedulePlan(StoreConformance.due(name, next, version: version), next: moment)
        #expect(try await perform { try $0.planSchedules([plan]) } == [true])
        return moment
    }

    /// Fires a moment; the next one is a day later.
    func fire(_ name: String, _ at: Timestamp, version: Int64 = 1) async throws -> ScheduleFire.Result {
        let fire = ScheduleFire(StoreConformance.due(name, at, version: version), next: at + .seconds(86_400))
        return try #require(try await perform { try $0.fireSchedules([fire]) }.first)
    }
}
