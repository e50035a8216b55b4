import IXCore
import IXTestSupport
import Testing

/// The move of one client's jobs, which leaves daemons and other clients alone.
@Suite(.needsPostgres, .timeLimit(.minutes(4)))
struct CtlMoveClientTests {
    @Test func `a client moves while a daemon runs, and the other clients stay`() async throws {
        try await TestDatabase.withTwo { source, target in
            let daemon = try await TestDaemon.ready(source.url)
            let file = try TestExport()
            try await source.sql(
                """
                SELECT ix_enqueue('{}', use_case => 'echo', client_id => c, request_id => n::text, run_at => now() + interval '1 day')
                  FROM generate_series(1, 600) AS n, unnest(ARRAY['shop', 'other']) AS c
                """)
            let moved = try await source.export(file.path, ["--move", "--client-id", "shop"])
            #expect(moved.exit == .code(0) && moved.objects.last?["jobs"]?.text == "600")
            #expect(try file.lines.first?.contains(#""client_id":"shop""#) == true)
            #expect(try await source.count("client_id = 'other'") == 600)
            #expect(try await source.count("client_id = 'shop'") == 0)
            #expect(try await target.import(file.path).objects.last?["inserted"]?.text == "600")
            #expect(try await target.count("client_id = 'shop' AND status = 'pending'") == 600)
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `an unfinished move of a client goes on for that client alone`() async throws {
        try await TestDatabase.with { source in
            let file = try TestExport()
            try await source.enqueue(count: 5)
            #expect(try await source.export(file.path, ["--move", "--client-id", "c"]).exit == .code(0))
            try file.write(Array(try file.lines.dropLast(2)))
            let other = try await source.export(file.path, ["--move", "--client-id", "shop"])
            let all = try await source.export(file.path)
            #expect(other.exit == .code(64) && other.text.contains("continue it with --client-id c"))
            #expect(all.exit == .code(64) && all.text.contains("continue it with --client-id c"))
            #expect(try await source.export(file.path, ["--move", "--client-id", "c"]).exit == .code(0))
        }
    }

    @Test func `a client is named, and only in a move`() async throws {
        try await TestDatabase.with { source in
            let file = try TestExport()
            let copy = try await source.export(file.path, ["--client-id", "c"])
            let empty = try await source.export(file.path, ["--move", "--client-id", ""])
            #expect(copy.exit == .code(64) && copy.text.contains("--client-id needs --move"))
            #expect(empty.exit == .code(64) && empty.text.contains("--client-id must name a client"))
        }
    }
}
