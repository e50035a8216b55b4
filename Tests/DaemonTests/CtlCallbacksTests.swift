import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport
import Testing

/// What callers were told, and telling them again, from the command line.
@Suite(.needsPostgres, .timeLimit(.minutes(3)))
struct CtlCallbacksTests {
    @Test func `a failed callback is listed, explained and delivered again`() async throws {
        let receiver = try await TestReceiver.behaving()
        defer { receiver.stop() }
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url, set: ["callback.retry_seconds=[]"])
            let job = try await database.enqueue("echo", callback: receiver.url + "/flap/1/?token=geheim")
            try await database.wait(job, until: "callback_status = 'failed'")
            let listed = try await TestCtl.run(database.url, ["callbacks", "--state", "failed", "--json"])
            #expect(listed.objects.map { $0["job_id"]?.string } == [job] && listed.objects[0]["tries"]?.text == "1")
            let table = try await TestCtl.run(database.url, ["callbacks", "--state", "failed"])
            let row = table.lines.first { $0.hasPrefix(job) }?.split(separator: " ").last
            #expect(table.lines.contains { $0.hasSuffix("LAST") } && row == "503", "\(table.text)")
            let shown = try await TestCtl.run(database.url, ["callbacks", "show", job])
            #expect(
                shown.exit == .code(0) && shown.text.contains("503") && shown.text.contains("the receiver answered 503")
            )
            #expect(!listed.text.contains("geheim") && !shown.text.contains("geheim"))
            let again = try await TestCtl.run(database.url, ["callbacks", "redeliver", "--failed", "--yes"])
            #expect(again.exit == .code(0) && again.text.contains("\(job) is due"))
            try await database.wait(job, until: "callback_status = 'delivered'")
            let posts = try receiver.posts()
            #expect(posts.count == 2 && posts.allSatisfy { $0.id == job } && posts[0].body == posts[1].body)
            let document = try await TestCtl.run(database.url, ["callbacks", "show", job, "--json"]).objects[0]
            #expect(document["deliveries"]?.elements?.count == 2 && document["state"]?.string == "delivered")
            #expect(!daemon.process.lines.contains { $0.contains("geheim") })
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `an overdue callback names the breaker that keeps it`() async throws {
        try await TestDatabase.with { database in
            let job = try await database.enqueue("echo", callback: "http://127.0.0.1:9/")
            try await database.sql("SELECT ix_cancel($1::uuid)", [job])
            func next() async throws -> String? {
                let table = try await TestCtl.run(database.url, ["callbacks"])
                return table.lines.first { $0.hasPrefix(job) }?.split(separator: " ")[3].description
            }
            #expect(try await next() == "0s")
            try await database.sql(
                """
                INSERT INTO ix_daemons (daemon_id, instance, host, pid, version, lease_until, closed_endpoints)
                VALUES (gen_random_uuid(), 'main', 'alpha', 1, '0', now() + interval '1 hour', ARRAY['http://127.0.0.1:9'])
                """)
            #expect(try await next() == "breaker")
        }
    }

    @Test func `on the file, what has no callback says so and exits 1`() async throws {
        try await TestFile.with { file in
            let job = try await file.enqueue("echo", "{}")
            let shown = try await TestCtl.run(file.path, ["callbacks", "show", job])
            let again = try await TestCtl.run(file.path, ["callbacks", "redeliver", job, UUID().uuidString])
            #expect(shown.exit == .code(1) && again.exit == .code(1))
            #expect(again.text.contains("has not ended") && again.text.contains("no such job"))
            let all = try await TestCtl.run(file.path, ["callbacks", "redeliver", "--failed"])
            #expect(all.exit == .code(64) && all.text.contains("--yes"))
        }
    }

    @Test func `stats count what waits, also without counting ended jobs`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url)
            let closed = try { "http://127.0.0.1:\(try SilentServer().port)/" }()
            _ = try await database.enqueue("echo", callback: closed)
            try await database.wait(until: "EXISTS (SELECT 1 FROM ix_deliveries)")
            let live = try await TestCtl.run(database.url, ["stats", "--live"])
            #expect(live.text.contains("callbacks: 0 due, 1 to be tried again; the oldest job ended"))
            let document = try await TestCtl.run(database.url, ["stats", "--json"]).objects[0]
            #expect(document["callbacks"]?.object?["retrying"]?.text == "1")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `ixctl listen prints callbacks, verifies them, and tells the second time from the first`() async throws {
        try await TestFile.with { file in
            let listener = try TestCtl.start(
                file.path, ["listen", "0", "--secret", TestReceiver.secret, "--count", "2", "--json"])
            let line = try await listener.waitForLine(containing: "listening on ")
            let url = String(line.dropFirst("listening on ".count))
            let daemon = try await TestDaemon.ready(file.path, set: ["callback.secret=\(TestReceiver.secret)"])
            let said = try await TestCtl.run(file.path, ["enqueue", "echo", "--callback-url", url, "--wait", "--json"])
            let job = try #require(said.objects.last?["job_id"]?.string)
            try await listener.waitForLine(containing: job)
            let isDelivered = try await eventually {
                try await TestCtl.run(file.path, ["callbacks", "redeliver", job]).exit == .code(0)
            }
            #expect(isDelivered)
            #expect(try await listener.exitStatus() == .code(0))
            let posts = try listener.lines.filter { $0.hasPrefix("{") }.map { try JSONDocument(response: $0) }
            #expect(
                posts.map { $0["verified"]?.text } == ["true", "true"] && posts.map { $0["times"]?.text } == ["1", "2"])
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `ixctl listen answers 401 to what somebody else signed`() async throws {
        try await TestFile.with { file in
            let listener = try TestCtl.start(file.path, ["listen", "0", "--secret", TestReceiver.secret])
            let line = try await listener.waitForLine(containing: "listening on ")
            let url = String(line.dropFirst("listening on ".count))
            let daemon = try await TestDaemon.ready(file.path)
            _ = try await TestCtl.run(file.path, ["enqueue", "echo", "--callback-url", url, "--wait"])
            try await listener.waitForLine(containing: "BAD SIGNATURE: it is not signed")
            try await daemon.process.waitForLine(containing: "the receiver answered 401")
            #expect(try await daemon.terminate() == .code(0))
            listener.signal(SIGINT)
        }
    }
}
