import FoundationEssentials
import IXCore
import IXSQLite
import IXStore
import Testing

@testable import IXServer

/// Queues and groups over HTTP.
@Suite(.timeLimit(.minutes(3))) struct QueueControlTests {
    @Test(arguments: ServedStore.Kind.allCases)
    func `an operator limits and pauses a queue, and a job says why it waits`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) { served in try await Self.operate(served) }
    }

    @Test func `the login of the server has the rights for it`() async throws {
        try await ServedStore.withServerLogin { served in try await Self.operate(served) }
    }

    private static func operate(_ served: ServedStore) async throws {
        let token = try await served.token(.operator)
        let producer = try await served.token(.producer, client: "shop")
        let set = try await served.post(
            "/v1/queues/extract", token, #"{"group_concurrency":2,"use_cases":["extract"]}"#)
        #expect(try set.status == 200 && set.object()["group_concurrency"]?.text == "2", "\(set.body)")
        let body = #"{"use_case":"extract","request_id":"a","group_key":"acme","priority":-3}"#
        let inserted = try await served.post("/v1/jobs", producer, body)
        #expect(inserted.status == 201, "\(inserted.body)")
        let id = try #require(try inserted.object()["job_id"]?.string)
        let paused = try await served.post("/v1/queues/extract/pause", token)
        #expect(try paused.status == 200 && paused.object()["changed"]?.text == "true", "\(paused.body)")
        let job = try await served.get("/v1/jobs/\(id)", producer).object()
        #expect(job["line"]?.string == "line: queue extract is paused" && job["queue"]?.string == "extract")
        #expect(job["group"]?.string == "acme" && job["priority"]?.text == "-3")
        let queues = try await served.get("/v1/queues", token)
        #expect(queues.body.contains(#""waiting":1"#), "\(queues.body)")
        let group = try await served.post(
            "/v1/groups", token, #"{"queue":"extract","group_key":"acme","concurrency":4}"#)
        #expect(group.status == 200, "\(group.body)")
        let groups = try await served.get("/v1/groups?queue=extract", token)
        #expect(groups.body.contains(#""concurrency":4"#), "\(groups.body)")
        let resumed = try await served.post("/v1/queues/extract/resume", token)
        #expect(resumed.status == 200)
        let line = try await served.post(
            "/v1/jobs/\(id)/reschedule", token, #"{"priority":4,"run_at":"2199-01-01T00:00:00Z"}"#)
        #expect(try line.status == 200 && line.object()["result"]?.string == "rescheduled", "\(line.body)")
        _ = try await served.post("/v1/queues/slow", token, #"{"concurrency":1}"#)
        let moved = try await served.post("/v1/jobs/\(id)/move", token, #"{"queue":"slow"}"#)
        #expect(try moved.status == 200 && moved.object()["result"]?.string == "moved", "\(moved.body)")
        let list = try await served.get("/v1/jobs?queue=slow", token).body
        #expect(list.contains(#""queue":"slow","group_key":"acme""#), "\(list)")
        let audit = try await served.get("/v1/audit", token).body
        for action in ["queue_set", "queue_pause", "group_set", "queue_resume", "reschedule", "queue_move"] {
            #expect(audit.contains(action))
        }
    }

    @Test func `a job that can't be moved or rescheduled is refused with the reason`() async throws {
        try await ServedStore.with { served in
            let (token, producer) = (
                try await served.token(.operator), try await served.token(.producer, client: "shop")
            )
            let body = #"{"use_case":"extract","request_id":"a"}"#
            let id = try #require(try await served.post("/v1/jobs", producer, body).object()["job_id"]?.string)
            for (path, body, field) in [
                ("move", "{}", "queue"), ("move", #"{"queue":"nowhere"}"#, "queue"), ("reschedule", "{}", "run_at"),
                ("reschedule", #"{"priority":1001}"#, "priority"), ("reschedule", #"{"run_at":"soon"}"#, "run_at"),
            ] {
                let reply = try await served.post("/v1/jobs/\(id)/\(path)", token, body)
                #expect(try reply.status == 422 && reply.object()["field"]?.string == field, "\(body) \(reply.body)")
            }
            let strange = UUID().uuidString.lowercased()
            for path in ["\(strange)/move", "\(strange)/reschedule"] {
                let body = path.hasSuffix("move") ? #"{"queue":"extract"}"# : #"{"priority":1}"#
                #expect(try await served.post("/v1/jobs/\(path)", token, body).status == 404)
                #expect(try await served.post("/v1/jobs/\(path)", producer, body).status == 403)
            }
            _ = try await served.post("/v1/jobs/\(id)/cancel", producer)
            let ended = try await served.post("/v1/jobs/\(id)/move", token, #"{"queue":"extract"}"#)
            #expect(ended.status == 409 && ended.problem == "ended", "\(ended.body)")
        }
    }

    @Test func `a setting that a configuration file names is refused with the file`() async throws {
        try await ServedStore.with { served in
            let token = try await served.token(.operator)
            let settings = try QueueChange(JSONDocument(#"{"concurrency":5}"#.utf8, field: "settings", limit: 1000))
            let table = QueueFile.Table(queue: "extract", path: "/etc/ix.toml", settings: settings)
            let file = QueueFile(host: "b", instance: "default", tables: [table])
            _ = try await served.store.perform { try $0.enterFile(file) }
            let refused = try await served.post("/v1/queues/extract", token, #"{"concurrency":6}"#)
            #expect(try refused.status == 422 && refused.object()["field"]?.string == "concurrency")
            #expect(
                refused.body.contains("queues.extract.concurrency is set by /etc/ix.toml of host b"), "\(refused.body)")
            let set = try await served.post("/v1/queues/extract", token, #"{"burst":6}"#)
            #expect(set.body.contains(#""file_keys":{"concurrency":{"file":"/etc/ix.toml","host":"b""#), "\(set.body)")
        }
    }

    @Test func `levels have the label of a queue with another name`() async throws {
        try await ServedStore.with { served in
            let (token, producer) = (
                try await served.token(.operator), try await served.token(.producer, client: "shop")
            )
            _ = try await served.post("/v1/queues/slow", token, #"{"concurrency":1}"#)
            for (key, more) in [("a", ""), ("b", #","queue":"slow""#), ("c", #","queue":"slow""#)] {
                let body = #"{"use_case":"extract","request_id":"\#(key)"\#(more)}"#
                #expect(try await served.post("/v1/jobs", producer, body).status == 201)
            }
            let text = try await served.get("/metrics", served.token(.metrics)).body
            for line in [
                #"ix_queue_jobs{use_case="extract",queue="extract",state="due"} 1"#,
                #"ix_queue_jobs{use_case="extract",queue="slow",state="due"} 2"#,
            ] { #expect(text.contains(line + "\n"), "\(line)") }
        }
    }

    @Test func `a wrong setting is refused with its name`() async throws {
        try await ServedStore.with { served in
            let token = try await served.token(.operator)
            for (body, field) in [
                (#"{"concurrency":-1}"#, "concurrency"), (#"{"speed":1}"#, "speed"), (#"{"burst":0}"#, "burst"),
                (#"{"group_by":""}"#, "group_by"), (#"{"rate":5}"#, "rate_seconds"), (#"{"strict":"yes"}"#, "strict"),
            ] {
                let reply = try await served.post("/v1/queues/extract", token, body)
                #expect(try reply.status == 422 && reply.object()["field"]?.string == field, "\(body) \(reply.body)")
            }
            #expect(try await served.get("/v1/queues/nowhere", token).status == 404)
            for (query, field) in [("queue=a%C2%9B", "queue"), ("queue=a&after=%00", "after"), ("after=a", "queue")] {
                let reply = try await served.get("/v1/groups?\(query)", token)
                #expect(try reply.status == 422 && reply.object()["field"]?.string == field, "\(query) \(reply.body)")
            }
            let producer = try await served.token(.producer)
            let named = try await served.post(
                "/v1/jobs", producer, #"{"use_case":"u","ix_client_id":"c","request_id":"r","queue":"nowhere"}"#)
            #expect(try named.status == 422 && named.object()["field"]?.string == "queue", "\(named.body)")
        }
    }

    @Test(arguments: ServedStore.Kind.allCases)
    func `an operator changes the number of workers of live daemons`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) { served in try await Self.scale(served) }
    }

    @Test func `the login of the server has the right to it`() async throws {
        try await ServedStore.withServerLogin { served in try await Self.scale(served) }
    }

    private static func scale(_ served: ServedStore) async throws {
        let (token, reader) = (try await served.token(.operator), try await served.token(.reader))
        // A daemon on the file is alive while its lock is held.
        try await (served.store as? SQLiteStore)?.hold(as: "the test")
        let daemon = DaemonIdentity(instance: "night", host: "h", pid: 7, version: "1", workers: 4)
        try await served.store.perform { try $0.registerDaemon(daemon, lease: .seconds(600)) }
        let id = daemon.daemonID.uuidString.lowercased()
        for body in [#"{"workers":8}"#, #"{"workers":9,"instance":"night"}"#, #"{"workers":10,"daemon_id":"\#(id)"}"#] {
            let set = try await served.post("/v1/daemons/scale", token, body)
            #expect(set.status == 200 && set.body.contains(#"{"daemons":["\#(id)"],"wanted_workers":"#), "\(set.body)")
        }
        let seen = try await served.get("/v1/daemons", reader).body
        #expect(seen.contains(#""workers":4,"wanted_workers":10"#), "\(seen)")
        #expect(try await served.post("/v1/daemons/scale", token, #"{"workers":null}"#).status == 200)
        let none = try await served.post("/v1/daemons/scale", token, #"{"workers":2,"instance":"day"}"#)
        #expect(none.status == 404, "\(none.body)")
        for (body, field, words) in [
            (#"{}"#, "workers", "is missing"), (#"{"workers":0}"#, "workers", "must be 1…1000, is 0"),
            (#"{"workers":2.5}"#, "workers", "must be 1…1000, is 2.5"),
            (#"{"workers":2,"daemon_id":"x"}"#, "daemon_id", "UUID"),
            (#"{"workers":2,"instance":""}"#, "instance", ""),
        ] {
            let reply = try await served.post("/v1/daemons/scale", token, body)
            #expect(try reply.status == 422 && reply.object()["field"]?.string == field, "\(body) \(reply.body)")
            #expect(reply.body.contains(words), "\(reply.body)")
        }
        #expect(try await served.post("/v1/daemons/scale", reader, #"{"workers":2}"#).status == 403)
        let audit = try await served.get("/v1/audit", token).body
        #expect(audit.contains(#""action":"workers_scale","target":"night""#), "\(audit)")
        let other = DaemonIdentity(instance: "day", host: "h", pid: 8, version: "1", workers: 4)
        try await served.store.perform { try $0.registerDaemon(other, lease: .seconds(600)) }
        #expect(!audit.contains(#""count":2"#))
        #expect(try await served.post("/v1/daemons/scale", token, #"{"workers":3}"#).status == 200)
        let both = try await served.get("/v1/audit?limit=1", token).body
        #expect(both.contains(#""action":"workers_scale""#) && both.contains(#""count":2"#), "\(both)")
    }
}
