import FoundationEssentials
import IXCore
import IXTestSupport
import Testing

@Suite(.needsPostgres, .timeLimit(.minutes(3)))
struct CallbackTests {
    private static let signed = ["callback.secret=\(TestReceiver.secret)"]

    @Test func `the caller gets the response as stored, signed, once it is committed`() async throws {
        let receiver = try await TestReceiver.start()
        defer { receiver.stop() }
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url, set: Self.signed)
            let job = try await database.enqueue(
                "echo", fields: #"{"context":{"big":12345678901234567890,"text":"ü"}}"#, callback: receiver.url + "/cb")
            try await database.wait(job, until: "callback_status = 'delivered'")
            let posts = try receiver.posts()
            #expect(posts.count == 1 && posts[0].isGenuine && posts[0].id == job)
            #expect(posts[0].body == (try await database.job(job, "response")))
            #expect(try await database.job(job, "status") == "done")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `a client with a secret of its own is signed with that, and two secrets while one is exchanged`()
        async throws
    {
        let receiver = try await TestReceiver.start()
        defer { receiver.stop() }
        let other = "whsec_" + Data(repeating: 3, count: 24).base64EncodedString()
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(
                database.url,
                toml:
                    "[callback]\nsecret = \"\(other)\"\nclient_secrets = { test = \"\(other) \(TestReceiver.secret)\" }"
            )
            let job = try await database.enqueue("echo", callback: receiver.url)
            try await database.wait(job, until: "callback_status = 'delivered'")
            #expect(try await receiver.wait(for: 1)[0].header("webhook-signature")?.split(separator: " ").count == 2)
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `secrets come from systemd's credentials`() async throws {
        let receiver = try await TestReceiver.start()
        defer { receiver.stop() }
        let folder = try Scratch.directory()
        try (TestReceiver.secret + "\n").write(to: URL(filePath: folder + "/callback-secret"))
        try #"{"somebody": "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#
            .write(to: URL(filePath: folder + "/callback-secrets"))
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url, environment: ["CREDENTIALS_DIRECTORY": folder])
            let job = try await database.enqueue("echo", callback: receiver.url)
            try await database.wait(job, until: "callback_status = 'delivered'")
            #expect(try await receiver.wait(for: 1)[0].isGenuine)
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `in an envelope the body says what happened and when`() async throws {
        let receiver = try await TestReceiver.start()
        defer { receiver.stop() }
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url, set: Self.signed + ["callback.envelope=true"])
            let job = try await database.enqueue("echo", callback: receiver.url)
            try await database.wait(job, until: "callback_status = 'delivered'")
            let body = try JSONDocument(response: try await receiver.wait(for: 1)[0].body)
            #expect(body["type"]?.string == "job.done" && body["timestamp"]?.string?.hasSuffix("Z") == true)
            #expect(body["data"]?.text == (try await database.job(job, "response")))
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `a receiver that isn't there leaves the job done, and is tried until the schedule's end`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url, set: ["callback.retry_seconds=1"])
            // A port that was free a moment ago.
            let closed = try { "http://127.0.0.1:\(try SilentServer().port)/" }()
            let job = try await database.enqueue("echo", callback: closed)
            try await database.wait(job, until: "callback_status = 'failed'")
            #expect(try await database.job(job, "status") == "done")
            #expect(try await database.sql("SELECT count(*) FROM ix_deliveries")[0][0] == "2")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `a job that ends in error is told to its caller too`() async throws {
        let receiver = try await TestReceiver.start()
        defer { receiver.stop() }
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(
                database.url, set: Self.signed + ["pipeline.unserved_seconds=0"])
            let job = try await database.enqueue("nothing-serves-this", callback: receiver.url + "/cb")
            try await database.wait(job, until: "callback_status = 'delivered'")
            #expect(try await receiver.wait(for: 1)[0].body.contains("unknown_use_case"))
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `a job cancelled from SQL is told to its caller at once`() async throws {
        let receiver = try await TestReceiver.start()
        defer { receiver.stop() }
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url, set: Self.signed + ["worker.poll_seconds=60"])
            let rows = try await database.sql(
                """
                SELECT job_id FROM ix_enqueue('{}', $1, use_case => 'echo', client_id => 'test', request_id => 'later',
                                              run_at => now() + interval '1 day')
                """, [receiver.url])
            let job = rows[0][0]!
            try await database.sql("SELECT ix_cancel($1::uuid)", [job])
            try await database.wait(job, until: "callback_status = 'delivered'", within: .seconds(10))
            #expect(try await receiver.wait(for: 1)[0].body.contains("cancelled"))
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `what a stop interrupts is sent again after the next start, under the same id`() async throws {
        let receiver = try await TestReceiver.behaving()
        defer { receiver.stop() }
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url)
            let job = try await database.enqueue("echo", callback: receiver.url + "/hang")
            _ = try await receiver.wait(for: 1)
            #expect(try await daemon.terminate() == .code(0))
            #expect(
                try await database.sql("SELECT state, tries FROM ix_callbacks WHERE claim_id IS NULL")[0] == [
                    "due", "0",
                ])
            let next = try await TestDaemon.ready(database.url, state: daemon.state)
            let posts = try await receiver.wait(for: 2)
            #expect(posts.allSatisfy { $0.id == job } && posts[0].body == posts[1].body)
            #expect(try await next.terminate() == .code(0))
        }
    }

    @Test func `the callbacks of jobs that legacy workers ended are sent only when the configuration says so`()
        async throws
    {
        let receiver = try await TestReceiver.start()
        defer { receiver.stop() }
        try await TestDatabase.with { database in
            let held = { (key: String, status: String) -> Void in
                _ = try await database.sql(
                    """
                    INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, status, request, callback_url)
                    VALUES (gen_random_uuid(), '00000000000000ff', 'old', $1, $2, '{"use_case": "echo"}', $3)
                    """, [key, status, receiver.url + "/" + key])
            }
            try await held("before-us", "done")
            try await held("reported", "running")
            try await held("unreported", "running")
            try await database.sql(
                """
                UPDATE ix_jobs SET status = 'done', response = '{"error": null}', finished_at = now(),
                       callback_status = CASE request_id WHEN 'reported' THEN 'delivered' END WHERE status = 'running'
                """)
            let off = try await TestDaemon.ready(database.url, set: Self.signed)
            let ours = try await database.enqueue("echo", callback: receiver.url + "/ours")
            try await database.wait(ours, until: "callback_status = 'delivered'")
            #expect(try receiver.posts().map(\.path) == ["/ours"])
            #expect(try await off.terminate() == .code(0))
            let on = try await TestDaemon.ready(
                database.url, set: Self.signed + ["callback.legacy=true", "callback.legacy_grace_seconds=1"])
            try await database.wait(
                until:
                    "EXISTS (SELECT 1 FROM ix_jobs WHERE request_id = 'unreported' AND callback_status = 'delivered')")
            #expect(try Set(receiver.posts().map(\.path)) == ["/ours", "/unreported"])
            #expect(try await on.terminate() == .code(0))
        }
    }
}
