import IXPostgres
import IXTestSupport
import Testing

/// Schedules by the SQL functions alone: entered, changed, fired, refused.
@Suite(.needsOwnCluster, .timeLimit(.minutes(5))) struct ScheduleFunctionTests {
    private static let request = #"{"use_case": "report", "n": 1.50}"#

    /// A schedule with a plan: its next moment is a whole minute in the past.
    private func planned(_ db: TestDatabase, more: String = "") async throws -> String {
        try await db.sql("SELECT ix_schedule('nightly', '\(Self.request)', '30 2 * * *'\(more))")
        try await db.sql("UPDATE ix_schedules SET next_at = date_trunc('minute', now()) - interval '1 hour'")
        return try await db.sql("SELECT next_at FROM ix_schedules")[0][0] ?? ""
    }

    private func fire(_ db: TestDatabase, _ at: String, version: Int = 1) async throws -> [String?] {
        let sql = "SELECT result, job_id FROM ix_fire('nightly', $1, $2, $2::timestamptz + interval '1 day')"
        return try await db.sql(sql, ["\(version)", at])[0]
    }

    @Test(arguments: [
        ("NULL, '{}', '@daily'", "name: is missing"), ("'', '{}', '@daily'", "name: is empty"),
        ("repeat('n', 201), '{\"use_case\": \"u\"}', '@daily'", "name: over 200 bytes"),
        ("E'a\\tb', '{}', '@daily'", "name: holds a control character"),
        ("'n', NULL, '@daily'", "request: is not a JSON object"), ("'n', '{}', '@daily'", "use_case: is missing"),
        ("'n', '{\"use_case\": 5}', '@daily'", "use_case: is not a string"),
        (
            "'n', '{\"use_case\": \"u\", \"request_id\": \"r\"}', '@daily'",
            "request: its ix_client_id and request_id are the schedule's to give"
        ),
        ("'n', '{\"use_case\": \"u\"}'", "cron: is missing; a schedule has cron or every_seconds"),
        (
            "'n', '{\"use_case\": \"u\"}', '@daily', 60",
            "every_seconds: is given beside cron; a schedule has one of both"
        ),
        (
            "'n', '{\"use_case\": \"u\"}', every_seconds => 0.5",
            "every_seconds: must be whole seconds from 1 to 315360000"
        ),
        (
            "'n', '{\"use_case\": \"u\"}', every_seconds => 'NaN'",
            "every_seconds: must be whole seconds from 1 to 315360000"
        ),
        ("'n', '{\"use_case\": \"u\"}', ' '", "cron: is empty"),
        (
            "'n', '{\"use_case\": \"u\"}', '* * * *'",
            "cron: has 4 fields, must have 5: minute, hour, day, month, weekday"
        ),
        (
            "'n', '{\"use_case\": \"u\"}', '@reboot'",
            "cron: must be 5 fields or one of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually"
        ),
        ("'n', '{\"use_case\": \"u\"}', '* * ? * *'", "cron: must be numbers, names, ranges, lists and steps"),
        ("'n', '{\"use_case\": \"u\"}', repeat('1', 513)", "cron: over 512 bytes"),
        ("'n', '{\"use_case\": \"u\"}', '@daily', time_zone => NULL", "time_zone: is empty"),
        (
            "'n', '{\"use_case\": \"u\"}', '@daily', time_zone => 'Europe/Berlim'",
            "time_zone: Europe/Berlim is unknown to this server"
        ),
        (
            "'n', '{\"use_case\": \"u\"}', '@daily', time_zone => '../UTC'",
            "time_zone: must be a name such as Europe/Berlin or UTC"
        ),
        ("'n', '{\"use_case\": \"u\"}', '@daily', queue => 'none'", "queue: there is no queue none"),
        ("'n', '{\"use_case\": \"u\"}', '@daily', priority => 1001", "priority: must be -1000 to 1000"),
        ("'n', '{\"use_case\": \"u\"}', '@daily', max_attempts => -1", "max_attempts: must be 0 (no limit) to 1000000"),
        ("'n', '{\"use_case\": \"u\"}', '@daily', missed => 'all'", "missed: must be last or skip"),
        ("'n', '{\"use_case\": \"u\"}', '@daily', overlap => NULL", "overlap: must be allow, skip or replace"),
        (
            "'n', '{\"use_case\": \"u\"}', '@daily', missed_within_seconds => -1",
            "missed_within_seconds: must be 0 to 315360000"
        ),
        ("'n', '{\"use_case\": \"u\"}', '@daily', starts_at => 'infinity'", "starts_at: is not in the years 1 to 9999"),
        (
            "'n', '{\"use_case\": \"u\"}', '@daily', starts_at => '2026-02-01', ends_at => '2026-01-01'",
            "ends_at: is before starts_at"
        ),
    ])
    func `a schedule is refused with the field and what the field takes`(_ row: (arguments: String, reason: String))
        async throws
    {
        try await TestDatabase.with { db in
            let refusal = await #expect(throws: SQLFailure.self) {
                try await db.sql("SELECT ix_schedule(\(row.arguments))")
            }
            #expect(refusal?.state == "22023" && refusal?.message == row.reason)
        }
    }

    @Test func `a change raises the version, and only a change of the moments voids the plan`() async throws {
        try await TestDatabase.with { db in
            let plan = try await planned(db)
            func change(_ arguments: String) async throws -> [String?] {
                let version = try await db.sql("SELECT ix_schedule('nightly', \(arguments))")[0][0]
                return [version, try await db.sql("SELECT next_at FROM ix_schedules")[0][0]]
            }
            #expect(try await change("'\(Self.request)', '30 2 * * *'") == ["1", plan])
            #expect(try await change("'\(Self.request)', '30 2 * * *', priority => 5") == ["2", plan])
            #expect(try await fire(db, plan)[0] == "void")
            #expect(try await change("'\(Self.request)', '30 3 * * *', priority => 5") == ["3", nil])
        }
    }

    @Test func `a moment fires when it has come, once, under its own key`() async throws {
        try await TestDatabase.with { db in
            let at = try await planned(db)
            let fired = try await fire(db, at)
            #expect(fired[0] == "fired")
            #expect(try await fire(db, at)[0] == "void")
            let jobs = try await db.sql(
                """
                SELECT j.job_id, client_id, use_case, j.request ->> 'n',
                       request_id = 'nightly@' || to_char($1::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                       s.last_job = j.job_id, s.last_at = $1::timestamptz
                  FROM ix_jobs j, ix_schedules s
                """, [at])
            #expect(jobs == [[fired[1], "schedule", "report", "1.50", "t", "t", "t"]])
            // A plan set back, by a restored backup for one, finds the job.
            try await db.sql("UPDATE ix_schedules SET next_at = $1", [at])
            #expect(try await fire(db, at) == fired)
            #expect(try await db.count("ix_jobs") == 1)
            // The next moment lies ahead.
            let next = try await db.sql("SELECT next_at FROM ix_schedules")[0][0] ?? ""
            #expect(try await fire(db, next)[0] == "void")
        }
    }

    @Test func `a resubmit can't take the key of a moment that comes`() async throws {
        try await TestDatabase.with { db in
            let at = try await planned(db)
            let job = try await fire(db, at)[1]
            try await db.sql("SELECT ix_cancel($1::uuid)", [job])
            let refusal = await #expect(throws: SQLFailure.self) {
                try await db.sql("SELECT ix_resubmit($1::uuid, 'nightly@2199-01-01T02:30:00Z')", [job])
            }
            #expect(refusal?.message == "request_id: of a job of a schedule, only the default is taken")
            #expect(try await db.sql("SELECT result FROM ix_resubmit($1::uuid)", [job]) == [["resubmitted"]])
        }
    }

    @Test func `a schedule that another transaction holds is left to it, without a wait`() async throws {
        try await TestDatabase.with { db in
            let at = try await planned(db)
            let holder = db.session()
            try await holder.sql("BEGIN")
            try await holder.sql("SELECT 1 FROM ix_schedules FOR UPDATE")
            try await db.sql("SET lock_timeout = '1ms'")
            #expect(try await fire(db, at)[0] == "void")
            #expect(try await db.sql("SELECT ix_plan('nightly', 1, $1, 'infinity')", [at]) == [["f"]])
            try await holder.sql("ROLLBACK")
            await holder.close()
            // The insert itself may wait for a moment, for the table's growth.
            try await db.sql("RESET lock_timeout")
            #expect(try await fire(db, at)[0] == "fired")
        }
    }

    @Test func `a moment with a fraction has its fraction in the key`() async throws {
        try await TestDatabase.with { db in
            _ = try await planned(db)  // ignored: another moment is planned below
            try await db.sql("UPDATE ix_schedules SET next_at = '2026-01-02T03:04:05.25Z'")
            #expect(try await fire(db, "2026-01-02T03:04:05.25Z")[0] == "fired")
            #expect(try await db.sql("SELECT request_id FROM ix_jobs") == [["nightly@2026-01-02T03:04:05.25Z"]])
        }
    }

    @Test func `overlap leaves the last job, or cancels it, while it has not ended`() async throws {
        try await TestDatabase.with { db in
            let at = try await planned(db, more: ", overlap => 'skip'")
            let first = try await fire(db, at)[1]
            try await db.sql("UPDATE ix_schedules SET next_at = $1::timestamptz + interval '1 minute'", [at])
            let later = try await db.sql("SELECT next_at FROM ix_schedules")[0][0] ?? ""
            #expect(try await fire(db, later) == ["skipped", first])
            #expect(try await db.count("ix_jobs") == 1)
            #expect(try await db.sql("SELECT next_at > now() FROM ix_schedules") == [["t"]])
            try await db.sql("UPDATE ix_schedules SET overlap = 'replace', next_at = $1", [later])
            #expect(try await fire(db, later)[0] == "fired")
            let jobs = try await db.sql("SELECT status, response #>> '{error,code}' FROM ix_jobs ORDER BY created_at")
            #expect(jobs == [["error", "cancelled"], ["pending", nil]])
        }
    }

    @Test func `a job that is refused pauses its schedule with the reason, until the schedule changes`() async throws {
        try await TestDatabase.with { db in
            try await db.sql("SELECT ix_set_queue('mail', '{}')")
            let at = try await planned(db, more: ", queue => 'mail'")
            try await db.sql("DELETE FROM ix_queues")
            #expect(try await fire(db, at)[0] == "refused")
            let state = "SELECT paused_at IS NOT NULL, paused_reason, next_at FROM ix_schedules"
            #expect(try await db.sql(state) == [["t", "queue: there is no queue mail", at]])
            #expect(try await fire(db, at)[0] == "void")
            try await db.sql("SELECT ix_schedule('nightly', '\(Self.request)', '30 2 * * *')")
            #expect(try await db.sql(state) == [["f", nil, at]])
            #expect(try await fire(db, at, version: 2)[0] == "fired")
        }
    }

    @Test func `a paused schedule fires only when told to, and goes on with a new plan`() async throws {
        try await TestDatabase.with { db in
            let at = try await planned(db)
            let paused = try await db.sql("SELECT ix_pause_schedule('nightly'), ix_pause_schedule('nightly')")
            #expect(paused == [["t", "f"]])
            #expect(try await fire(db, at)[0] == "void")
            let jobs = try await db.sql("SELECT ix_fire_now('nightly'), ix_fire_now('nightly')")[0]
            #expect(jobs[0] != jobs[1])
            let keys = try await db.sql("SELECT request_id ~ '^nightly@now-.{10}T.{15}Z$' FROM ix_jobs")
            #expect(keys == [["t"], ["t"]])
            let resumed = try await db.sql("SELECT ix_resume_schedule('nightly'), ix_resume_schedule('nightly')")
            #expect(resumed == [["t", "f"]])
            #expect(try await db.sql("SELECT paused_at, next_at FROM ix_schedules") == [[nil, nil]])
            #expect(try await db.sql("SELECT ix_unschedule('nightly'), ix_unschedule('nightly')") == [["t", "f"]])
            for call in ["ix_pause_schedule('x')", "ix_resume_schedule('x')", "ix_fire_now('x')"] {
                let refusal = await #expect(throws: SQLFailure.self) { try await db.sql("SELECT \(call)") }
                #expect(refusal?.state == "22023" && refusal?.message == "name: there is no schedule x")
            }
        }
    }

    @Test func `a schedule of a file is paused and fired, and neither changed nor removed`() async throws {
        try await TestDatabase.with { db in
            let at = try await planned(db)
            try await db.sql("UPDATE ix_schedules SET origin = '{\"file\": \"/etc/b.toml\", \"host\": \"b\"}'")
            for call in ["ix_schedule('nightly', '\(Self.request)', '@daily')", "ix_unschedule('nightly')"] {
                let refusal = await #expect(throws: SQLFailure.self) { try await db.sql("SELECT \(call)") }
                #expect(refusal?.message == "name: schedules.nightly is set by /etc/b.toml of host b")
            }
            #expect(try await fire(db, at)[0] == "fired")
            #expect(try await db.sql("SELECT ix_pause_schedule('nightly')") == [["t"]])
        }
    }

    @Test func `operators make schedules, daemons fire them, and producers do neither`() async throws {
        try await RoleDatabase.with { db in
            let schedule = "SELECT ix_schedule('nightly', '\(Self.request)', every_seconds => 60)"
            let plan = "SELECT ix_plan('nightly', 1, NULL, '2026-01-01T00:00Z')"
            let fire = "SELECT result FROM ix_fire('nightly', 1, '2026-01-01T00:00Z', 'infinity')"
            let makers = try await Self.callers(db, schedule)
            let planners = try await Self.callers(db, plan)
            let firers = try await Self.callers(db, fire)
            #expect(makers == ["ix_server", "ix_operator"] && planners == ["ix_worker"] && firers == planners)
            #expect(try await db.sql("SELECT request_id FROM ix_jobs") == [["nightly@2026-01-01T00:00:00Z"]])
            #expect(try await db.sql("SELECT next_at FROM ix_schedules") == [["infinity"]])
        }
    }

    /// The roles beside the owner's that may run the statement.
    private static func callers(_ db: TestDatabase, _ sql: String) async throws -> [String] {
        var callers: [String] = []
        for role in ["ix_producer", "ix_worker", "ix_reader", "ix_server", "ix_operator"] {
            let session = SQLSession(try db.url(as: role))
            do {
                try await session.sql(sql)
                callers.append(role)
            } catch let failure as SQLFailure {
                #expect(failure.state == "42501", "\(role): \(failure)")
            }
            await session.close()
        }
        return callers
    }
}
