import FoundationEssentials
import IXCore
import IXTestSupport
import Testing

/// Receivers as there are.
@Suite(.needsPostgres, .timeLimit(.minutes(3)))
struct ReceiverTests {
    private func with(
        set: [String] = [], _ body: (TestDatabase, TestReceiver) async throws -> Void
    ) async throws {
        let receiver = try await TestReceiver.behaving()
        defer { receiver.stop() }
        try await TestDatabase.with { database in
            // A fifth shorter, as a pause may be, is still a second.
            let daemon = try await TestDaemon.ready(database.url, set: ["callback.retry_seconds=2,2,2"] + set)
            try await body(database, receiver)
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    private func tries(_ job: String, _ database: TestDatabase) async throws -> [[String?]] {
        try await database.sql(
            "SELECT http_status, reason, answer FROM ix_deliveries WHERE job_id = $1::uuid ORDER BY try", [job])
    }

    @Test func `one that comes back gets the same id and the same bytes, with a time of their own`() async throws {
        try await with { database, receiver in
            let job = try await database.enqueue("echo", callback: receiver.url + "/flap/2")
            try await database.wait(job, until: "callback_status = 'delivered'")
            let posts = try receiver.posts()
            #expect(posts.count == 3 && Set(posts.map(\.id)) == [job] && Set(posts.map(\.body)).count == 1)
            #expect(Set(posts.compactMap { $0.header("webhook-timestamp") }).count == 3)
            #expect(try await tries(job, database).map { $0[0] } == ["503", "503", "204"])
        }
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `a redirect is a failure and is not followed`(_ code: Int) async throws {
        try await with(set: ["callback.retry_seconds=[]"]) { database, receiver in
            let job = try await database.enqueue("echo", callback: receiver.url + "/redirect/\(code)")
            try await database.wait(job, until: "callback_status = 'failed'")
            #expect(try receiver.posts(to: "/elsewhere").isEmpty && receiver.posts().count == 1)
        }
    }

    @Test func `410 ends it at the first try`() async throws {
        try await with { database, receiver in
            let job = try await database.enqueue("echo", callback: receiver.url + "/status/410")
            try await database.wait(job, until: "callback_status = 'failed'")
            #expect(try receiver.posts().count == 1)
        }
    }

    @Test func `429 with Retry-After is tried again when it says, and not before`() async throws {
        try await with { database, receiver in
            let job = try await database.enqueue("echo", callback: receiver.url + "/after/429/3")
            let posts = try await receiver.wait(for: 2)
            #expect(posts[1].at - posts[0].at >= 3 && posts[1].at - posts[0].at < 8)
            #expect(try await database.job(job, "callback_status") == nil)
        }
    }

    @Test func `an answer without end is read to 16 KiB, and its status counts`() async throws {
        try await with { database, receiver in
            let job = try await database.enqueue("echo", callback: receiver.url + "/endless")
            try await database.wait(job, until: "callback_status = 'delivered'", within: .seconds(15))
            #expect(try await tries(job, database)[0][2]?.utf8.count == 256)
        }
    }

    @Test func `the beginning of an answer is kept, printable`() async throws {
        try await with(set: ["callback.retry_seconds=[]"]) { database, receiver in
            let job = try await database.enqueue("echo", callback: receiver.url + "/large")
            try await database.wait(job, until: "callback_status = 'failed'")
            let row = try await tries(job, database)[0]
            #expect(row[0] == "500" && row[2]?.hasPrefix(" answer \u{FFFD}") == true)
        }
    }

    @Test(arguments: [
        ("hang", "did not answer in time"), ("dripping-head", "did not answer in time"), ("garbage", "not HTTP"),
        ("close", "closed"),
    ])
    func `one that answers nothing of use costs no more than the time of a delivery`(
        _ kind: String, _ words: String
    ) async throws {
        let limits = [
            "callback.retry_seconds=[]", "callback.timeout_seconds=3", "callback.first_byte_timeout_seconds=1.5",
        ]
        try await with(set: limits) { database, receiver in
            let job = try await database.enqueue("echo", callback: receiver.url + "/" + kind)
            try await database.wait(job, until: "callback_status = 'failed'", within: .seconds(15))
            let reason = try await tries(job, database)[0][1]
            #expect(reason?.contains(words) == true, "\(reason ?? "")")
        }
    }

    @Test(arguments: ["lf-only", "two-lengths"])
    func `what curl takes as an answer counts as one`(_ kind: String) async throws {
        try await with(set: ["callback.retry_seconds=[]"]) { database, receiver in
            let job = try await database.enqueue("echo", callback: receiver.url + "/" + kind)
            try await database.wait(job, until: "callback_status = 'delivered'", within: .seconds(15))
        }
    }

    @Test func `no callback goes to the database, by whatever name, and no endpoint is blamed for it`() async throws {
        try await with(set: ["callback.breaker_failures=1", "callback.retry_seconds=1,60"]) { database, _ in
            let port = try await database.sql("SHOW port")[0][0] ?? "5432"
            for host in ["127.0.0.1", "localhost", "127.9.9.9", "[::1]"] {
                let job = try await database.enqueue("echo", callback: "http://\(host):\(port)/")
                try await database.wait(until: "(SELECT count(*) >= 2 FROM ix_deliveries WHERE job_id = '\(job)')")
                let reasons = try await tries(job, database).map { $0[1] ?? "" }
                #expect(
                    reasons.allSatisfy { $0.contains("not sent: ") && $0.contains("is the database") }, "\(reasons)")
            }
        }
    }

    @Test func `a certificate file of ours that can't be read is no endpoint's fault`() async throws {
        try await with(set: [
            "callback.ca_file=/nowhere.pem", "callback.breaker_failures=1", "callback.retry_seconds=1,60",
        ]) {
            database, _ in
            let job = try await database.enqueue("echo", callback: "https://127.0.0.1:1/")
            try await database.wait(until: "(SELECT count(*) >= 2 FROM ix_deliveries WHERE job_id = '\(job)')")
            let reasons = try await tries(job, database).map { $0[1] ?? "" }
            #expect(reasons.allSatisfy { $0.hasPrefix("not sent: callback.ca_file") }, "\(reasons)")
        }
    }

    @Test func `a body that drips doesn't take the 2xx back`() async throws {
        try await with(set: ["callback.timeout_seconds=3"]) { database, receiver in
            let job = try await database.enqueue("echo", callback: receiver.url + "/drip")
            try await database.wait(job, until: "callback_status = 'delivered'", within: .seconds(15))
        }
    }

    @Test func `a receiver that hangs delays nobody else, however much is due there`() async throws {
        let silent = try SilentServer()
        try await with(set: ["callback.concurrency=8"]) { database, receiver in
            for _ in 0..<40 { _ = try await database.enqueue("echo", callback: "http://127.0.0.1:\(silent.port)/") }
            try await database.wait(until: "(SELECT count(*) = 40 FROM ix_jobs WHERE status = 'done')")
            var jobs: [String] = []
            for number in 0..<20 {
                jobs.append(try await database.enqueue("echo", callback: receiver.url + "/ok/\(number)"))
            }
            // Well before the first of the others can have ended.
            for job in jobs {
                try await database.wait(job, until: "callback_status = 'delivered'", within: .seconds(8))
            }
        }
    }

    @Test func `a client with many slow endpoints delays no other client's callbacks`() async throws {
        let silent = try SilentServer(backlog: 128, onAnyAddress: true)
        try await with(set: ["callback.policy=trusted"]) { database, receiver in
            for number in 1...64 {
                try await database.sql(
                    """
                    SELECT ix_enqueue('{}', 'http://127.9.0.\(number):\(silent.port)/', 'echo', 'slow', '\(number)')
                    """)
            }
            try await database.wait(until: "(SELECT count(*) = 24 FROM ix_callbacks WHERE claim_id IS NOT NULL)")
            let job = try await database.enqueue("echo", callback: receiver.url + "/ok")
            // Well before the first of the others can have ended.
            try await database.wait(job, until: "callback_status = 'delivered'", within: .seconds(8))
        }
    }

    @Test func `one address is one receiver, whatever names and ports lead there`() async throws {
        let silent = try [SilentServer(), SilentServer(), SilentServer(), SilentServer()]
        try await with(set: ["callback.per_address=4"]) { database, receiver in
            for server in silent {
                for name in ["127.0.0.1", "localhost"] {
                    _ = try await database.enqueue("echo", callback: "http://\(name):\(server.port)/")
                }
            }
            try await database.wait(until: "(SELECT count(*) = 8 FROM ix_jobs WHERE status = 'done')")
            // Of its own half of the address the client has two under way, and the others come back without a try.
            try await database.wait(
                until: "(SELECT count(*) >= 6 FROM ix_callbacks WHERE claim_id IS NULL AND due_at > since)")
            let tries = try await database.sql("SELECT count(*) FROM ix_deliveries")
            #expect(tries == [["0"]])
        }
    }

    @Test func `a dead endpoint is tried once in a while, and what waits there goes out when it is back`() async throws
    {
        let port = try { try SilentServer().port }()
        try await with(set: [
            "callback.breaker_failures=3", "callback.breaker_seconds=1",
            "callback.retry_seconds=1,1,1,1,1,1,1,1,1,1,1,1",
        ]) {
            database, _ in
            for _ in 0..<10 { _ = try await database.enqueue("echo", callback: "http://127.0.0.1:\(port)/") }
            try await database.wait(until: "(SELECT count(*) >= 3 FROM ix_deliveries)")
            try await database.wait(until: "(SELECT count(*) = 10 FROM ix_jobs WHERE status = 'done')")
            let back = try TestProcess(
                "/usr/bin/env",
                ["python3", URL(filePath: #filePath).deletingLastPathComponent().path + "/behaving.py", "\(port)"])
            try await back.waitForLine(containing: "port ")
            try await database.wait(until: "(SELECT count(*) = 10 FROM ix_jobs WHERE callback_status = 'delivered')")
            back.signal(9)
        }
    }
}
