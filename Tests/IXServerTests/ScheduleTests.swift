import FoundationEssentials
import IXCore
import IXSchedules
import IXStore
import NIOHTTP1
import Testing

@testable import IXServer

/// Schedules over HTTP.
@Suite(.timeLimit(.minutes(3))) struct ScheduleTests {
    @Test(arguments: ServedStore.Kind.allCases)
    func `an operator makes, pauses, fires and removes a schedule`(_ kind: ServedStore.Kind) async throws {
        try await ServedStore.with(kind) { served in try await Self.operate(served) }
    }

    @Test func `the login of the server has the rights for schedules`() async throws {
        try await ServedStore.withServerLogin { served in try await Self.operate(served) }
    }

    private static func operate(_ served: ServedStore) async throws {
        let token = try await served.token(.operator)
        let body = #"{"request":{"use_case":"report","n":1.50},"cron":"30 2 * * *","time_zone":"Europe/Berlin"}"#
        let set = try await served.post("/v1/schedules/nightly%20run", token, body)
        #expect(try set.status == 200 && set.object()["version"]?.text == "1", "\(set.body)")
        #expect(try set.object()["use_case"]?.string == "report" && set.object()["next_at"]?.isNull == true)
        let one = try await served.get("/v1/schedules/nightly%20run", token)
        #expect(one.body.contains("1.50"), "\(one.body)")
        let list = try await served.get("/v1/schedules?limit=1", token)
        #expect(list.body.contains(#""name":"nightly run""#) && !list.body.contains("1.50"), "\(list.body)")
        let from = "/v1/schedules/nightly%20run/next?from=2026-03-28T12:00:00Z&count=2"
        let next = try await served.get(from, token)
        #expect(
            next.body.contains(#"{"at":"2026-03-29T01:00:00.000000Z","local":"2026-03-29T03:00:00+02:00"}"#),
            "\(next.body)")
        let paused = try await served.post("/v1/schedules/nightly%20run/pause", token)
        #expect(try paused.status == 200 && paused.object()["changed"]?.text == "true", "\(paused.body)")
        let fired = try await served.post("/v1/schedules/nightly%20run/fire", token)
        let id = try #require(try fired.object()["job_id"]?.string, "\(fired.body)")
        let job = try await served.get("/v1/jobs/\(id)", token).object()
        #expect(
            job["client_id"]?.string == "schedule" && job["request_id"]?.string?.hasPrefix("nightly run@now-") == true)
        let resumed = try await served.post("/v1/schedules/nightly%20run/resume", token)
        #expect(try resumed.status == 200 && resumed.object()["paused"]?.text == "false")
        #expect(try await served.send(.DELETE, "/v1/schedules/nightly%20run", token, [], nil).status == 204)
        #expect(try await served.send(.DELETE, "/v1/schedules/nightly%20run", token, [], nil).status == 404)
        let audit = try await served.get("/v1/audit", token).body
        for action in ["set", "pause", "fire", "resume", "remove"] { #expect(audit.contains("schedule_\(action)")) }
    }

    @Test func `a schedule that doesn't do is refused with the field, and an unknown one is not found`() async throws {
        try await ServedStore.with { served in
            let token = try await served.token(.operator)
            for (body, field) in [
                (#"{"cron":"@daily"}"#, "request"), (#"{"request":{"use_case":"u"}}"#, "cron"),
                (#"{"request":{"use_case":"u"},"cron":"0 0 30 2 *"}"#, "cron"),
                (#"{"request":{"use_case":"u"},"cron":"@daily","time_zone":"Mars/Base"}"#, "time_zone"),
                (#"{"request":{"use_case":"u"},"cron":"@daily","queue":"none"}"#, "queue"),
                (#"{"request":{"use_case":"u"},"cron":"@daily","every":5}"#, "every"),
            ] {
                let reply = try await served.post("/v1/schedules/n", token, body)
                #expect(try reply.status == 422 && reply.object()["field"]?.string == field, "\(body) \(reply.body)")
            }
            for path in ["", "/next"] { #expect(try await served.get("/v1/schedules/n\(path)", token).status == 404) }
            for path in ["/pause", "/resume", "/fire"] {
                #expect(try await served.post("/v1/schedules/n\(path)", token).status == 404)
            }
            let forged = #"{"use_case":"u","client_id":"schedule","request_id":"n@2026-01-01T00:00:00Z"}"#
            let refused = try await served.post("/v1/jobs", token, forged)
            #expect(try refused.status == 422 && refused.object()["field"]?.string == "client_id", "\(refused.body)")
        }
    }

    @Test func `a schedule of a file is refused with the file, and pages go by name`() async throws {
        try await ServedStore.with { served in
            let token = try await served.token(.operator)
            let body = #"{"request":{"use_case":"u"},"cron":"@daily"}"#
            let definition = try ScheduleDefinition("b", JSONDocument(body.utf8, field: "schedule", limit: 1000))
            let table = ScheduleFile.Table(path: "/etc/ix.toml", definition: definition)
            let file = ScheduleFile(host: "h", instance: "default", tables: [table])
            _ = try await served.store.perform { try $0.enterSchedules(file) }
            let refused = try await served.post("/v1/schedules/b", token, body)
            #expect(refused.status == 422 && refused.body.contains("schedules.b is set by /etc/ix.toml of host h"))
            #expect(try await served.post("/v1/schedules/b/pause", token).status == 200)
            for name in ["a", "c"] { _ = try await served.post("/v1/schedules/\(name)", token, body) }
            let page = try await served.get("/v1/schedules?after=a&limit=1", token).object()
            #expect(page["next"]?.string == "b" && page["complete"]?.text == "false")
            #expect(page["schedules"]?.elements?.count == 1)
        }
    }

    @Test func `a token without documents sees no request of a schedule`() async throws {
        try await ServedStore.with { served in
            let token = try await served.token(.operator)
            let body = #"{"request":{"use_case":"u","secret":"s3cr3t"},"cron":"@daily"}"#
            _ = try await served.post("/v1/schedules/a", token, body)
            let reader = try await served.token(.reader, documents: false)
            let seen = try await served.get("/v1/schedules/a", reader)
            #expect(seen.status == 200 && !seen.body.contains("s3cr3t"), "\(seen.body)")
            #expect(try await served.post("/v1/schedules/a/fire", reader).status == 403)
        }
    }
}
