import IXTestSupport
import Testing

/// `ix_enqueue` with a dedupe_key and in a queue with a client_depth, called as every language would.
@Suite(.needsPostgres, .timeLimit(.minutes(2))) struct EnqueueDedupeTests {
    private static func request(_ id: String) -> String {
        "'{\"use_case\":\"u\",\"ix_client_id\":\"c\",\"request_id\":\"\(id)\"}'"
    }

    @Test func `a key is answered, throttled and replaced by the function`() async throws {
        try await TestDatabase.with { db in
            let first = try await db.sql(
                "SELECT job_id, duplicate, replaces FROM ix_enqueue(\(Self.request("1")), dedupe_key => 'k')")
            #expect(first[0][1] == "f" && first[0][2] == nil)
            let second = try await db.sql(
                "SELECT job_id, duplicate, differs, status FROM ix_enqueue(\(Self.request("2")), dedupe_key => 'k', dedupe => 'skip')"
            )
            #expect(second == [[first[0][0], "t", "f", "pending"]])
            let third = try await db.sql(
                "SELECT replaces, status, duplicate FROM ix_enqueue(\(Self.request("3")), dedupe_key => 'k', dedupe => 'replace')"
            )
            #expect(third == [[first[0][0], "pending", "f"]])
            let batch = try await db.sql(
                """
                SELECT item, duplicate, replaces IS NOT NULL, refusal FROM ix_enqueue_batch('[
                    {"request": \(Self.request("4").replacing("'", with: "")), "dedupe_key": "k", "dedupe": "throttle", "dedupe_seconds": 60},
                    {"request": \(Self.request("5").replacing("'", with: "")), "dedupe_key": "k", "dedupe": "replace"},
                    {"request": \(Self.request("6").replacing("'", with: "")), "dedupe": "replace"}]') ORDER BY item
                """)
            #expect(
                batch == [
                    ["1", "t", "f", nil], ["2", "f", "t", nil], ["3", nil, "f", "dedupe_key: is missing"],
                ])
        }
    }

    @Test(arguments: [
        ("dedupe => 'skip'", "dedupe_key: is missing"), ("dedupe_seconds => 5", "dedupe_key: is missing"),
        ("dedupe_key => ''", "dedupe_key: is empty"), ("dedupe_key => repeat('k', 256)", "dedupe_key: over 255 bytes"),
        ("dedupe_key => E'a\\nb'", "dedupe_key: holds a control character"),
        ("dedupe_key => 'k', dedupe => 'often'", "dedupe: must be skip, throttle or replace"),
        ("dedupe_key => 'k', dedupe => 'throttle'", "dedupe_seconds: is missing beside throttle"),
        ("dedupe_key => 'k', dedupe_seconds => 5", "dedupe_seconds: goes with throttle and replace alone"),
        (
            "dedupe_key => 'k', dedupe => 'replace', dedupe_seconds => 'NaN'",
            "dedupe_seconds: must be 0.001 to 31536000"
        ),
        ("dedupe_key => 'k', dedupe => 'throttle', dedupe_seconds => 0", "dedupe_seconds: must be 0.001 to 31536000"),
    ])
    func `a refusal names the argument`(_ arguments: String, _ words: String) async throws {
        try await TestDatabase.with { db in
            let refusal = await #expect(throws: SQLFailure.self) {
                try await db.sql("SELECT ix_enqueue(\(Self.request("1")), \(arguments))")
            }
            #expect(refusal?.message == words && refusal?.state == "22023", "\(String(describing: refusal))")
        }
    }

    @Test func `a full client gets SQLSTATE 53400, singly and in a batch`() async throws {
        try await TestDatabase.with { db in
            try await db.sql("SELECT ix_set_queue('u', '{\"client_depth\": 1}')")
            try await db.sql("SELECT ix_enqueue(\(Self.request("1")))")
            let words = "client_id c: 1 jobs wait in queue u, limit 1; insert again when fewer than 1 wait"
            let refusal = await #expect(throws: SQLFailure.self) {
                try await db.sql("SELECT ix_enqueue(\(Self.request("2")))")
            }
            #expect(refusal?.state == "53400" && refusal?.message == words)
            let batch = try await db.sql(
                """
                SELECT item, refusal, refusal_state FROM ix_enqueue_batch('[
                    {"request": \(Self.request("3").replacing("'", with: ""))}, {"request": \(Self.request("1").replacing("'", with: ""))}]')
                 ORDER BY item
                """)
            #expect(batch == [["1", words, "53400"], ["2", nil, nil]])
        }
    }

    @Test func `only callers with the same key wait for each other`() async throws {
        try await TestDatabase.with { db in
            let (holder, other) = (db.session(), db.session())
            try await holder.sql("BEGIN; SELECT ix_enqueue(\(Self.request("1")), dedupe_key => 'k')")
            let free = try await other.sql(
                "SELECT duplicate FROM ix_enqueue(\(Self.request("2")), dedupe_key => 'other')")
            #expect(free == [["f"]])
            let waiting = Task {
                try await other.sql("SELECT duplicate FROM ix_enqueue(\(Self.request("3")), dedupe_key => 'k')")
            }
            let waits = try await eventually {
                try await db.sql(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
                )
                    == [["1"]]
            }
            try await holder.sql("COMMIT")
            #expect(try await waiting.value == [["t"]] && waits)
            await holder.close()
            await other.close()
        }
    }

    @Test func `keys and receipts whose time is over are pruned`() async throws {
        try await TestDatabase.with { db in
            try await db.sql(
                "SELECT ix_enqueue(\(Self.request("1")), dedupe_key => 'k'), ix_enqueue(\(Self.request("2")), dedupe_key => 'k')"
            )
            try await db.sql(
                "SELECT ix_enqueue(\(Self.request("3")), dedupe_key => 't', dedupe => 'throttle', dedupe_seconds => 3600)"
            )
            try await db.sql("SELECT ix_prune_access(10)")
            #expect(
                try await db.sql("SELECT count(*) FROM ix_dedupes UNION ALL SELECT count(*) FROM ix_receipts") == [
                    ["2"], ["1"],
                ])
            try await db.sql("SELECT ix_cancel(job_id), ix_erase(job_id) FROM ix_jobs")
            try await db.sql("SELECT ix_erase(job_id) FROM ix_jobs; UPDATE ix_receipts SET at = at - interval '2 days'")
            try await db.sql("SELECT ix_prune_access(10)")
            #expect(
                try await db.sql("SELECT dedupe_key FROM ix_dedupes UNION ALL SELECT 'receipt' FROM ix_receipts") == [
                    ["t"]
                ])
        }
    }
}
