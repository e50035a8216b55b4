import FoundationEssentials
import IXCore
import IXTestSupport
import Testing

@Suite(.needsPostgres, .timeLimit(.minutes(3)))
struct CallbackTests {
    @Test func `the caller gets the response as stored, once it is committed`() async throws {
        let receiver = try await TestReceiver.start()
        defer { receiver.stop() }
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url)
            let job = try await database.enqueue(
                "echo", fields: #"{"context":{"big":12345678901234567890,"text":"ü"}}"#, callback: receiver.url + "/cb")
            try await database.wait(job, until: "callback_status = 'delivered'")
            #expect(receiver.received.count == 1)
            let body = try #require(JSONDocument(response: receiver.received[0])["body"]?.string)
            #expect(body == (try await database.job(job, "response")))
            #expect(try await database.job(job, "status") == "done")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `a receiver that isn't there makes the callback failed and leaves the job done`() async throws {
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url)
            // A port that was free a moment ago.
            let closed = try { "http://127.0.0.1:\(try SilentServer().port)/" }()
            let job = try await database.enqueue("echo", callback: closed)
            try await database.wait(job, until: "callback_status = 'failed'")
            #expect(try await database.job(job, "status") == "done")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `a receiver that never answers doesn't keep jobs from being done`() async throws {
        let silent = try SilentServer()
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(
                database.url, set: ["callback.timeout_seconds=2", "callback.concurrency=1", "worker.count=2"])
            let stuck = try await database.enqueue("echo", callback: "http://127.0.0.1:\(silent.port)/")
            let free = try await database.enqueue("echo")
            try await database.wait(free, until: "status = 'done'")
            try await database.wait(stuck, until: "callback_status = 'failed'")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `a job that ends in error is told to its caller too`() async throws {
        let receiver = try await TestReceiver.start()
        defer { receiver.stop() }
        try await TestDatabase.with { database in
            let daemon = try await TestDaemon.ready(database.url)
            let job = try await database.enqueue("nothing-serves-this", callback: receiver.url + "/cb")
            try await database.wait(job, until: "callback_status = 'delivered'")
            #expect(receiver.received[0].contains("unknown_use_case"))
            #expect(try await daemon.terminate() == .code(0))
        }
    }
}
