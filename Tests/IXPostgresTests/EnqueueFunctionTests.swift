import IXCore
import IXStore
import IXTestSupport
import Testing

/// `ix_enqueue`, the door for every language, called as those would.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct EnqueueFunctionTests {
    private static let keys = #""use_case":"u","ix_client_id":"c","request_id":"r""#

    @Test func `both functions keep the tracestates that every door keeps`() async throws {
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        try await TestDatabase.with { db in
            for state in TraceStates.kept + TraceStates.leftOut {
                let text = "'" + state.replacing("'", with: "''") + "'"
                let kept = try await db.sql(
                    """
                    WITH one AS (SELECT job_id FROM ix_enqueue('{"use_case":"u","ix_client_id":"c"}', request_id => gen_random_uuid()::text,
                                                               traceparent => '\(trace)', tracestate => \(text))),
                         many AS (SELECT job_id FROM ix_enqueue_batch(jsonb_build_array(jsonb_build_object(
                             'request', jsonb_build_object('use_case', 'u', 'ix_client_id', 'c', 'request_id', gen_random_uuid()::text),
                             'traceparent', '\(trace)', 'tracestate', \(text)))))
                    SELECT job_id FROM one UNION ALL SELECT job_id FROM many
                    """)
                let ids = kept.compactMap { $0[0] }.map { "'\($0)'" }.joined(separator: ",")
                let stored = try await db.sql("SELECT trace_context FROM ix_jobs WHERE job_id IN (\(ids))").map {
                    $0[0]
                }
                let expected = TraceParent.context(trace, state: state)
                #expect(stored == [expected, expected], "\(state)")
                #expect((expected != trace) == TraceStates.kept.contains(state), "\(state)")
            }
        }
    }

    @Test(arguments: [
        ("'[1]'", "request: is not a JSON object"),
        ("'\"text\"'", "request: is not a JSON object"),
        ("NULL", "request: is not a JSON object"),
        (#"'{"ix_client_id":"c","request_id":"r"}'"#, "use_case: is missing"),
        (#"'{"use_case":"u","request_id":"r"}'"#, "client_id: is missing"),
        (#"'{"use_case":"u","ix_client_id":"c"}'"#, "request_id: is missing"),
        (#"'{"use_case":"","ix_client_id":"c","request_id":"r"}'"#, "use_case: is empty"),
        (
            #"'{}', use_case => 'u', client_id => 'c', request_id => repeat('k', 256)"#,
            "request_id: over 255 bytes"
        ),
        (
            #"'{}', use_case => 'u', client_id => repeat('ü', 128), request_id => 'r'"#,
            "client_id: over 255 bytes"
        ),
        (#"'{}', use_case => 'u', client_id => E'a\nb', request_id => 'r'"#, "client_id: holds a control character"),
        (#"'{}', use_case => U&'a\0085', client_id => 'c', request_id => 'r'"#, "use_case: holds a control character"),
        (
            #"'{\#(keys)}', request_id => 'other'"#,
            "request: its use_case, ix_client_id or request_id differs from the argument"
        ),
        (#"'{\#(keys)}', max_attempts => -1"#, "max_attempts: must be 0 (no limit) to 1000000"),
        (#"'{\#(keys)}', 'ftp://example.com'"#, "callback_url: is not an absolute http or https URL"),
        (#"'{\#(keys)}', 'https://'"#, "callback_url: is not an absolute http or https URL"),
        (#"'{\#(keys)}', 'http://a b'"#, "callback_url: holds a space, which has to be written as %20"),
        (#"'{\#(keys)}', E'http://a\nb'"#, "callback_url: holds a control character"),
        (#"'{\#(keys)}', 'http://a/' || repeat('x', 2048)"#, "callback_url: over 2048 bytes"),
        (
            #"('{\#(keys),"x":' || repeat('[', 64) || repeat(']', 64) || '}')::jsonb"#,
            "request: nested deeper than 64 levels"
        ),
        (
            #"('{\#(keys),"x":"' || repeat('x', 1048576) || '"}')::jsonb"#, "request: over 1048576 bytes"
        ),
        (
            #"('{\#(keys),"x":[' || repeat('1e-16383,', 10000) || '1]}')::jsonb"#,
            "request: over 1048576 bytes with its numbers written out"
        ),
        (
            #"('{\#(keys),"x":[' || repeat('0e-16383,', 10000) || '1]}')::jsonb"#,
            "request: over 1048576 bytes with its numbers written out"
        ),
        (
            #"('{\#(keys),"x":[' || repeat('-1e131071,', 3000) || '1]}')::jsonb"#,
            "request: over 1048576 bytes with its numbers written out"
        ),
    ])
    func `what is refused says which field and why`(_ row: (arguments: String, message: String)) async throws {
        try await TestDatabase.with { db in
            let error = await #expect(throws: SQLFailure.self) {
                try await db.sql("SELECT * FROM ix_enqueue(\(row.arguments))")
            }
            let jobs = try await db.count("ix_jobs")
            #expect(error?.message == row.message && error?.state == "22023" && jobs == 0)
        }
    }

    @Test func `the planner writes no document out before its size is counted`() async throws {
        try await TestDatabase.with { db in
            // A constant stands for a parameter, whose value the planner knows as well.
            let plan = try await db.sql("EXPLAIN (VERBOSE, COSTS OFF) SELECT ix_is_too_long('{\"a\": 1}'::jsonb)")
            #expect(plan.contains { $0[0]?.contains("octet_length(concat(") == true }, "\(plan)")
        }
    }

    @Test func `what is within the limits by a hair is taken`() async throws {
        try await TestDatabase.with { db in
            let calls = [
                #"('{\#(Self.keys),"x":' || repeat('[', 63) || repeat(']', 63) || '}')::jsonb"#,
                #"'{}', use_case => 'u', client_id => 'c', request_id => repeat('k', 255)"#,
                #"'{}', 'http://a/' || repeat('x', 2039), 'u', 'c', 'long url'"#,
                #"'{}', 'HTTPS://Example.com:8443/x?y=z', 'u', 'c', 'upper case'"#,
                #"('{"request_id":"big","x":"' || repeat('x', 1048400) || '"}')::jsonb, NULL, 'u', 'c'"#,
                #"('{"request_id":"short numbers","x":[' || repeat('1,', 340000) || '1e40]}')::jsonb, NULL, 'u', 'c'"#,
                #"('{"request_id":"long ones","x":[' || repeat('1e-16000,', 57) || '1e131071]}')::jsonb, NULL, 'u', 'c'"#,
                #"'{}', use_case => 'u', client_id => 'ü😀', request_id => 'any "text" \ at all'"#,
            ]
            for call in calls { try await db.sql("SELECT * FROM ix_enqueue(\(call))") }
            let jobs = try await db.count("ix_jobs")
            #expect(jobs == calls.count)
        }
    }

    @Test func `named arguments fill every column`() async throws {
        try await TestDatabase.with { db in
            let rows = try await db.sql(
                """
                SELECT length(ix_id), status, duplicate, differs FROM ix_enqueue(
                    request => '{"ix_id":"mine"}', use_case => 'u', client_id => 'c', request_id => 'r', priority => 7,
                    callback_url => 'http://x', run_at => '2199-01-01Z', max_attempts => 0, expires_at => '2200-01-01Z')
                """)
            #expect(rows == [["16", "pending", "f", "f"]])
            let stored = try await db.sql(
                """
                SELECT use_case, priority, max_attempts, callback_url, run_at = '2199-01-01Z', expires_at = '2200-01-01Z',
                       request = jsonb_build_object('use_case', 'u', 'ix_client_id', 'c', 'request_id', 'r', 'ix_id', ix_id)
                  FROM ix_jobs
                """)
            #expect(stored == [["u", "7", "0", "http://x", "t", "t", "t"]])
        }
    }

    @Test func `inside a caller's transaction it goes with the caller's data`() async throws {
        try await TestDatabase.with { db in
            try await db.sql("CREATE TABLE orders (id int)")
            let call = "INSERT INTO orders VALUES (1); SELECT * FROM ix_enqueue('{}', NULL, 'u', 'c', 'r')"
            try await db.sql("BEGIN; \(call); ROLLBACK")
            let none = (try await db.count("orders"), try await db.count("ix_jobs"))
            try await db.sql("BEGIN; \(call); COMMIT")
            let both = (try await db.count("orders"), try await db.count("ix_jobs"))
            #expect(none == (0, 0) && both == (1, 1))
        }
    }

    @Test func `a twin that a repeatable read transaction can't see is a serialization failure`() async throws {
        try await TestDatabase.with { db in
            let (one, other) = (db.session(), db.session())
            try await one.sql("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM ix_jobs")
            try await other.sql("SELECT * FROM ix_enqueue('{}', NULL, 'u', 'c', 'r')")
            let error = await #expect(throws: SQLFailure.self) {
                try await one.sql("SELECT * FROM ix_enqueue('{}', NULL, 'u', 'c', 'r')")
            }
            #expect(error?.state == "40001")
            try await one.sql("ROLLBACK")
            let again = try await one.sql("SELECT duplicate FROM ix_enqueue('{}', NULL, 'u', 'c', 'r')")
            #expect(again == [["t"]])
        }
    }

    @Test func `the same bits never tag two jobs`() async throws {
        try await TestDatabase.with { db in
            try await db.sql(
                "SELECT ix_enqueue('{}', NULL, 'u', 'c', 'r' || n) FROM generate_series(1, 2000) AS n")
            let tags = try await db.sql("SELECT count(DISTINCT ix_id), bool_and(ix_id ~ '^[0-9a-f]{16}$') FROM ix_jobs")
            #expect(tags == [["2000", "t"]])
        }
    }

    /// Whether the checks, which say what is wrong, find something; and a good one among each kind of value.
    private static let grid = #"""
        CREATE FUNCTION refusal(request jsonb, url text, use_case text, client text, key text) RETURNS text
            LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM ix_check_enqueue(request, url, use_case, client, key, NULL, NULL, NULL, NULL);
            RETURN NULL;
        EXCEPTION WHEN OTHERS THEN
            RETURN SQLERRM;
        END $$;
        CREATE TABLE urls AS SELECT url FROM unnest(ARRAY[
            NULL, 'http://h', 'HTTPS://h/x?y', 'HTTPS://h/x?y#z', 'http://h/{id}', 'http://h:0/', 'http://h:65535', 'http://h:65536',
            'http://1.2.3.4', 'http://1.2.3/', 'http://0x7f', 'http://[::1]:1/', 'http://[x]/', 'http://[::1]x/', 'http://a.b.', 'ftp://h', 'http://', 'http:///x', 'http://@h', 'http://:1', 'http://h h',
            E'http://h\u0001', 'http://h' || U&'\0085', 'http://h' || U&'\00a0', '', 'x http://h',
            'http://h/' || repeat('x', 2039), 'http://h/' || repeat('x', 2040)]) AS u (url);
        CREATE TABLE keys AS SELECT key FROM unnest(ARRAY[
            NULL, '', 'k', ' ', repeat('k', 255), repeat('k', 256), repeat('ü', 127), repeat('ü', 128), E'a\u0001',
            E'\u001f', E'a\u007f', U&'\0080', U&'\009fa', U&'\00a0']) AS k (key);
        CREATE TABLE requests AS SELECT request::jsonb FROM unnest(ARRAY[
            NULL, '{}', '{"use_case":7}', '{"ix_client_id":null}', '{"request_id":["r"]}', '[]', '1', '"{}"', 'null', 'true', '{"a":[1,{"b":null}]}',
            '{"x":' || repeat('[', 62) || repeat(']', 62) || '}', '{"x":' || repeat('[', 63) || repeat(']', 63) || '}',
            '{"x":' || repeat('[', 64) || repeat(']', 64) || '}',
            '{"x":' || repeat('{"y":', 64) || '1' || repeat('}', 64) || '}',
            '{"x":"' || repeat('x', 1048576 - 9) || '"}', '{"x":"' || repeat('x', 1048576 - 8) || '"}',
            '{"x":[' || repeat('1e131071,', 8) || '1]}']) AS r (request);
        """#

    @Test func `the inserts let pass what the checks let pass`() async throws {
        try await TestDatabase.with { db in
            try await db.sql(Self.grid)
            for (values, columns) in [
                ("requests, urls", "request, url, 'u', 'c', 'r'"), ("requests, keys", "request, NULL, key, 'c', 'r'"),
                ("urls, keys", "'{}', url, 'u', 'c', key"),
                ("keys a, keys b, keys c", "'{}', NULL, a.key, b.key, c.key"),
            ] {
                let verdicts = try await db.sql(
                    """
                    WITH each AS (SELECT * FROM (SELECT \(columns) FROM \(values)) AS e (request, url, use_case, client, key)),
                    verdicts AS (SELECT refusal(request::jsonb, url, use_case, client, key) AS refusal,
                                        ix_passes(use_case, client, key, request::jsonb, url) AS passes FROM each)
                    SELECT count(*) FILTER (WHERE (refusal IS NULL) <> (passes IS TRUE)),
                           count(*) FILTER (WHERE passes) > 0, count(*) FILTER (WHERE passes IS NOT TRUE) > 0 FROM verdicts
                    """)
                #expect(verdicts == [["0", "t", "t"]], "\(values)")
            }
        }
    }
}
