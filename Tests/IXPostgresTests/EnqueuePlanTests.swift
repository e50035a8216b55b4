import IXTestSupport
import Testing

/// What `ix_enqueue` and `ix_enqueue_batch` do with parents, batches and dedupe keys, and how much of the server they take.
@Suite(.needsPostgres, .timeLimit(.minutes(2))) struct EnqueuePlanTests {
    private static func request(_ key: String, client: String = "c") -> String {
        "{\"use_case\":\"u\",\"ix_client_id\":\"\(client)\",\"request_id\":\"\(key)\"}"
    }

    private static func batch(_ db: TestDatabase, _ key: String, client: String = "c") async throws -> String {
        try #require(
            try await db.sql("SELECT batch_id FROM ix_batch('\(request(key, client: client))', open => true)")[0][0])
    }

    /// Members, of them with an entry of ix_dependencies, and jobs that name the batch.
    private static func members(_ batch: String) -> String {
        """
        SELECT (SELECT count(*) FROM ix_members WHERE batch_id = '\(batch)'),
               (SELECT count(*) FROM ix_dependencies d JOIN ix_members m ON m.job_id = d.after_job AND m.batch_id = d.job_id
                 WHERE d.job_id = '\(batch)'),
               (SELECT count(*) FROM ix_jobs WHERE batch_id = '\(batch)' AND has_dependents)
        """
    }

    @Test func `members in bulk go in together, with no call for each`() async throws {
        try await TestDatabase.with { db in
            let batch = try await Self.batch(db, "f")
            let session = db.session()
            try await session.sql("SET track_functions = 'all'")
            try await session.sql("BEGIN")
            let count = try await session.sql(
                """
                SELECT count(*), count(refusal) FROM ix_enqueue_batch((
                    SELECT jsonb_agg(jsonb_build_object('batch_id', upper('\(batch)'), 'request', jsonb_build_object(
                               'use_case', 'u', 'ix_client_id', 'c', 'request_id', n::text)))
                      FROM generate_series(1, 300) n))
                """)
            #expect(count == [["300", "0"]])
            let calls = try await session.sql(
                "SELECT sum(calls) FROM pg_stat_xact_user_functions WHERE funcname IN ('ix_enqueue', 'ix_read_id', 'ix_join_batch')"
            )
            #expect(calls == [["1"]], "the batch's id is read once")
            try await session.sql("COMMIT")
            #expect(try await db.sql(Self.members(batch)) == [["300", "300", "300"]])
        }
    }

    @Test func `a bulk with members of several batches refuses each item as a single call does`() async throws {
        try await TestDatabase.with { db in
            let (own, other) = (try await Self.batch(db, "f"), try await Self.batch(db, "f", client: "d"))
            let cancelled = try await Self.batch(db, "g")
            try await db.sql("SELECT ix_enqueue('\(Self.request("kept"))', batch_id => '\(cancelled)')")
            try await db.sql("UPDATE ix_batches SET cancelled_at = now() WHERE batch_id = '\(cancelled)'")
            let plain = try await db.sql("SELECT job_id FROM ix_enqueue('\(Self.request("plain"))')")[0][0] ?? ""
            let items = [
                (own, "1"), (other, "2"), (cancelled, "3"), (plain, "4"), ("none", "5"), (own, "plain"), (own, "1"),
                (other, "6"),
            ]
            let text = items.enumerated().map { place, item in
                "{\"batch_id\":\"\(item.0)\",\"request\":\(Self.request(item.1, client: place == 7 ? "d" : "c"))}"
            }
            let answers = try await db.sql(
                "SELECT duplicate, differs, refusal FROM ix_enqueue_batch('[\(text.joined(separator: ","))]') ORDER BY item"
            )
            #expect(
                answers == [
                    ["f", "f", nil], [nil, nil, "batch_id: the client has no batch \(other)"],
                    [nil, nil, "batch_id: the batch \(cancelled) is being cancelled"],
                    [nil, nil, "batch_id: the batch \(plain) takes no members any more"],
                    [nil, nil, "batch_id: is not a UUID"], ["t", "t", nil], ["t", "f", nil], ["f", "f", nil],
                ])
            #expect(try await db.sql(Self.members(own)) == [["1", "1", "1"]])
            #expect(try await db.sql(Self.members(other)) == [["1", "1", "1"]])
        }
    }

    @Test func `a bulk with a text that is no id goes on item by item`() async throws {
        try await TestDatabase.with { db in
            let batch = try await Self.batch(db, "f")
            let answers = try await db.sql(
                """
                SELECT status, refusal FROM ix_enqueue_batch('[{"batch_id":7,"request":\(Self.request("1"))},
                    {"batch_id":null,"request":\(Self.request("2"))}, {"batch_id":"\(batch)","request":\(Self.request("3"))}]') ORDER BY item
                """)
            #expect(answers == [[nil, "batch_id: is not a UUID"], ["pending", nil], ["pending", nil]])
            #expect(try await db.sql(Self.members(batch)) == [["1", "1", "1"]])
        }
    }

    @Test func `a member in bulk holds up a cancel of its batch until it is in`() async throws {
        try await TestDatabase.with { db in
            let batch = try await Self.batch(db, "f")
            let session = db.session()
            try await session.sql("BEGIN")
            try await session.sql(
                "SELECT * FROM ix_enqueue_batch('[{\"batch_id\":\"\(batch)\",\"request\":\(Self.request("1"))}]')")
            let skipped = try await db.sql(
                "SELECT count(*) FROM (SELECT 1 FROM ix_batches WHERE batch_id = '\(batch)' FOR UPDATE SKIP LOCKED) AS b"
            )
            #expect(skipped == [["0"]])
            try await session.sql("COMMIT")
        }
    }

    @Test func `a job whose parents have all ended well is due at once, in its line or without one`() async throws {
        try await TestDatabase.with { db in
            let parent = try await db.sql("SELECT job_id FROM ix_enqueue('\(Self.request("p"))')")[0][0] ?? ""
            try await db.sql("UPDATE ix_jobs SET status = 'running' WHERE job_id = '\(parent)'")
            try await db.sql("UPDATE ix_jobs SET status = 'done' WHERE job_id = '\(parent)'")
            let after = "after => ARRAY['\(parent)', '\(parent)']::uuid[]"
            try await db.sql("SELECT ix_enqueue('\(Self.request("1"))', \(after))")
            try await db.sql("SELECT ix_enqueue('\(Self.request("2"))', \(after), priority => 5)")
            try await db.sql("SELECT ix_enqueue('\(Self.request("3"))', after => '{}')")
            #expect(
                try await db.sql(
                    """
                    SELECT j.request_id, j.waits, j.due_at IS NOT NULL, l.asleep IS NULL AND l.job_id IS NOT NULL
                      FROM ix_jobs j LEFT JOIN ix_lines l USING (job_id) WHERE j.request_id <> 'p' ORDER BY 1
                    """) == [["1", nil, "t", "f"], ["2", nil, "f", "t"], ["3", nil, "t", "f"]])
            #expect(
                try await db.sql("SELECT count(*) FROM ix_dependencies UNION ALL SELECT count(*) FROM ix_ended") == [
                    ["0"], ["0"],
                ])
        }
    }

    @Test func `a refused parent, batch or key leaves no job behind, and a repeat is answered before any of them`()
        async throws
    {
        try await TestDatabase.with { db in
            let unknown = "6f9619ff-8b86-4011-b42d-00c04fc964ff"
            let refused = [
                "after => ARRAY['\(unknown)']::uuid[]": "after: the client has no job \(unknown)",
                "batch_id => '\(unknown)'": "batch_id: the client has no batch \(unknown)",
                "dedupe_key => ''": "dedupe_key: is empty", "on_failure => 'run'": "on_failure: goes with after alone",
                "after => ARRAY[NULL]::uuid[]": "after: holds null",
                "after => ARRAY[ARRAY[gen_random_uuid()]]": "after: has 2 dimensions, limit 1",
            ]
            for (arguments, words) in refused {
                let refusal = await #expect(throws: SQLFailure.self) {
                    try await db.sql("SELECT ix_enqueue('\(Self.request("1"))', \(arguments))")
                }
                #expect(refusal?.message == words && refusal?.state == "22023")
            }
            #expect(try await db.sql("SELECT count(*) FROM ix_jobs") == [["0"]])
            try await db.sql("SELECT ix_enqueue('\(Self.request("1"))')")
            for arguments in refused.keys {
                let answer = try await db.sql(
                    "SELECT duplicate FROM ix_enqueue('\(Self.request("1"))', \(arguments))")
                #expect(answer == [["t"]], "\(arguments)")
            }
        }
    }

    @Test func `the job that answers for a key is told to no request that is refused`() async throws {
        try await TestDatabase.with { db in
            try await db.sql("SELECT ix_enqueue('\(Self.request("1"))', dedupe_key => 'k')")
            for (arguments, words) in [
                ("max_attempts => -1", "max_attempts: must be 0 (no limit) to 1000000"),
                ("callback_url => 'ftp://a'", "callback_url: is not an http or https URL"),
                (
                    "after => ARRAY['6f9619ff-8b86-4011-b42d-00c04fc964ff']::uuid[]",
                    "after: the client has no job 6f9619ff-8b86-4011-b42d-00c04fc964ff"
                ),
            ] {
                let refusal = await #expect(throws: SQLFailure.self) {
                    try await db.sql("SELECT ix_enqueue('\(Self.request("2"))', dedupe_key => 'k', \(arguments))")
                }
                #expect(refusal?.message.prefix(12) == words.prefix(12), "\(String(describing: refusal))")
            }
            #expect(try await db.sql("SELECT count(*) FROM ix_receipts") == [["0"]])
        }
    }
}
