import AsyncHTTPClient
import COpenAPI
import FoundationEssentials
import IXCore
import IXStore
import NIOCore
import NIOHTTP1
import Testing

@testable import IXServer

/// Who may use which route: the whole table, written out once more beside the routes.
@Suite(.timeLimit(.minutes(3))) struct RoleTableTests {
    /// Those who call.
    enum Caller: CaseIterable, Sendable {
        case anonymous, metrics, reader, boundReader, producer, boundProducer, `operator`

        var role: AccessRole? {
            switch self {
            case .anonymous: nil
            case .metrics: .metrics
            case .reader, .boundReader: .reader
            case .producer, .boundProducer: .producer
            case .operator: .operator
            }
        }
        var isBound: Bool { self == .boundReader || self == .boundProducer }
    }

    private static let open = Set(Caller.allCases)
    private static let all = open.subtracting([.anonymous])
    private static let operators: Set<Caller> = [.operator]
    private static let producers: Set<Caller> = [.producer, .boundProducer, .operator]
    private static let readers: Set<Caller> = producers.union([.reader, .boundReader])
    private static let queueReaders: Set<Caller> = [.reader, .operator]

    private static let table: [String: Set<Caller>] = [
        "GET /livez": open, "GET /readyz": open, "GET /startupz": open, "GET /problems/{name}": open,
        "GET /": open, "GET /ui/{hash}/{file}": open,
        "GET /login": open, "POST /login": open, "POST /logout": all,
        "GET /metrics": [.metrics, .reader, .operator], "GET /openapi.json": all, "GET /docs": all,
        "GET /v1/whoami": all,
        "POST /v1/jobs": producers, "POST /v1/jobs/batch": producers,
        "GET /v1/jobs": readers, "GET /v1/jobs/lookup": readers, "GET /v1/jobs/{job_id}": readers,
        "GET /v1/jobs/{job_id}/request": readers, "GET /v1/jobs/{job_id}/response": readers,
        "GET /v1/jobs/{job_id}/attempts": readers, "GET /v1/jobs/{job_id}/log": readers,
        "GET /v1/jobs/{job_id}/callback": readers, "GET /v1/jobs/{job_id}/events": readers,
        "POST /v1/jobs/{job_id}/cancel": producers, "POST /v1/jobs/{job_id}/resubmit": producers,
        "POST /v1/jobs/{job_id}/callback/redeliver": producers, "DELETE /v1/jobs/{job_id}": operators,
        "POST /v1/jobs/{job_id}/reschedule": operators, "POST /v1/jobs/{job_id}/move": operators,
        "GET /v1/pipelines": readers, "GET /v1/pipelines/{name}": readers,
        "GET /v1/stats": queueReaders, "GET /v1/history": queueReaders, "GET /v1/daemons": queueReaders,
        "POST /v1/daemons/scale": operators,
        "GET /v1/callbacks": queueReaders,
        "GET /v1/endpoints": queueReaders,
        "GET /v1/events": queueReaders,
        "GET /v1/queues": queueReaders, "GET /v1/queues/{queue}": queueReaders, "GET /v1/groups": queueReaders,
        "POST /v1/queues/{queue}": operators, "POST /v1/queues/{queue}/pause": operators,
        "POST /v1/queues/{queue}/resume": operators, "POST /v1/groups": operators,
        "GET /v1/batches": readers, "POST /v1/batches": producers, "GET /v1/batches/{batch_id}": readers,
        "POST /v1/batches/{batch_id}/close": producers, "POST /v1/batches/{batch_id}/cancel": producers,
        "GET /v1/schedules": queueReaders, "GET /v1/schedules/{name}": queueReaders,
        "GET /v1/schedules/{name}/next": queueReaders, "POST /v1/schedules/{name}": operators,
        "DELETE /v1/schedules/{name}": operators, "POST /v1/schedules/{name}/pause": operators,
        "POST /v1/schedules/{name}/resume": operators, "POST /v1/schedules/{name}/fire": operators,
        "POST /v1/bulk/preview": operators, "POST /v1/bulk": operators, "GET /v1/operations/{operation_id}": operators,
        "DELETE /v1/operations/{operation_id}": operators, "GET /v1/audit": operators,
    ]

    @Test func `the table has every route of the document`() throws {
        let paths = try #require(JSONDocument(response: String(cString: ix_openapi()))["paths"]?.object)
        var written: Set<String> = []
        for path in paths.names {
            for method in paths[path]?.object?.names ?? [] { written.insert("\(method.uppercased()) \(path)") }
        }
        #expect(written == Set(Self.table.keys))
    }

    @Test(arguments: Caller.allCases)
    func `a caller uses its routes and no others, by token or by cookie`(_ caller: Caller) async throws {
        try await ServedStore.with { served in
            let job = try await served.enqueue("1", served.token(.operator), client: "shop")
            #expect(try await served.post("/v1/jobs/\(job)/cancel", served.token(.operator)).status == 200)
            for fields in try await Self.credentials(caller, served) {
                for (route, callers) in Self.table where route != "POST /logout" {
                    let status = try await Self.status(route, job, fields, served)
                    let isRefused = status == 401 || status == 403
                    #expect(isRefused != callers.contains(caller), "\(caller) \(route): \(status)")
                    if caller == .anonymous { #expect((status == 401) != callers.contains(caller), "\(route)") }
                }
                let status = try await Self.status("POST /logout", job, fields, served)
                #expect((status == 204) == (caller != .anonymous))
            }
        }
    }

    @Test(arguments: Caller.allCases.filter(\.isBound))
    func `a bound caller finds no job of another client on any route`(_ caller: Caller) async throws {
        try await ServedStore.with { served in
            let job = try await served.enqueue("1", served.token(.operator), client: "north")
            for fields in try await Self.credentials(caller, served) {
                for (route, callers) in Self.table where route.contains("{job_id}") && callers.contains(caller) {
                    #expect(try await Self.status(route, job, fields, served) == 404, "\(route)")
                }
            }
            let state = try await served.store.perform { try $0.get(UUID(uuidString: job) ?? .random())?.status }
            #expect(state == .pending)
        }
    }

    /// The ways in which a caller shows itself: its token, and a cookie where its role may have one.
    private static func credentials(_ caller: Caller, _ served: ServedStore) async throws -> [[(String, String)]] {
        guard let role = caller.role else { return [[]] }
        let token = try await served.token(role, client: caller.isBound ? "shop" : nil)
        let bearer = [("authorization", "Bearer \(token)")]
        guard role != .metrics else { return [bearer] }
        let reply = try await served.post("/login", nil, #"{"token":"\#(token)"}"#)
        let cookie = try #require(reply.headers.first(name: "set-cookie")?.split(separator: ";").first)
        return [bearer, [("cookie", String(cookie)), ("sec-fetch-site", "same-origin")]]
    }

    /// The head of the answer alone: the queue's stream has no end.
    private static func status(
        _ route: String, _ job: String, _ fields: [(String, String)], _ served: ServedStore
    ) async throws -> UInt {
        let parts = route.split(separator: " ")
        let path = parts[1].replacing("{job_id}", with: job).replacing("{name}", with: "none")
            .replacing("{operation_id}", with: UUID.random().uuidString)
        var request = HTTPClientRequest(url: "http://\(served.address)\(path)")
        request.method = HTTPMethod(rawValue: String(parts[0]))
        for (name, value) in fields { request.headers.add(name: name, value: value) }
        return try await HTTPClient.shared.execute(request, timeout: .seconds(60)).status.code
    }
}
