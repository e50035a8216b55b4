import AsyncHTTPClient
import FoundationEssentials
import HTTPTypes
import IXCore
import IXPostgres
import IXRepresentation
import IXSQLite
import IXStore
import IXTelemetry
import IXTestSupport
import Logging
import NIOCore
import NIOHTTP1
import Testing

@testable import IXServer

/// A server on a store of its own, for one test.
struct ServedStore: Sendable {
    /// The stores behind the servers.
    enum Kind: CaseIterable, Sendable { case sqlite, postgres }

    let store: any JobStore
    let address: String
    let server: Server
    /// The rows of a query as text, read beside the server.
    let rows: @Sendable (String) async throws -> [[String?]]
    /// The store with which the server reads, tokens included.
    let reading: any JobStore

    /// The daemon around the server; it sends nothing to https://b.example.
    static let daemonID = UUID()

    /// Runs `body` with a server on an empty store; `configure` changes the settings first.
    static func with(
        _ kind: Kind = .sqlite, _ configure: (inout ServerSettings) -> Void = { _ in },
        _ body: (ServedStore) async throws -> Void
    ) async throws {
        switch kind {
        case .sqlite:
            try await TestFile.with { file in
                try await serve({ file.store() }, { try await file.rows($0) }, configure, body)
            }
        case .postgres:
            guard PrivateCluster.isAvailable else { try Test.cancel(Comment(rawValue: PrivateCluster.missing)) }
            try await TestDatabase.with { db in
                try await serve({ db.store(connections: 2) }, { try await db.sql($0) }, configure, body)
            }
        }
    }

    /// Runs `body` with a server whose database login has the role `ix_server` and no other.
    static func withServerLogin(_ body: (ServedStore) async throws -> Void) async throws {
        guard PrivateCluster.canBeMade else { try Test.cancel(Comment(rawValue: PrivateCluster.missing)) }
        try await RoleDatabase.with { db in
            let url = try db.url(as: "ix_server")
            let open = {
                PostgresStore(ConnectionParameters(url: url, applicationName: "ix-test"), connections: 2)
            }
            try await serve(
                open, { try await db.sql($0) }, { _ in }, body, control: db.store(connections: 1))
        }
    }

    /// Runs `body` with a server on a primary, which reads lists and counts from a hot standby.
    static func withStandby(_ body: (ServedStore, Replication) async throws -> Void) async throws {
        guard PrivateCluster.canBeMade else { try Test.cancel(Comment(rawValue: PrivateCluster.missing)) }
        let servers = try await Replication()
        try await TestDatabase.with(on: servers.url) { db in
            let address = try servers.standbyURL(of: db)
            let primary = db.store()
            let copy = StandbyCopy(
                ConnectionParameters(
                    url: address, applicationName: "ix-test", connectTimeout: .seconds(2), callTimeout: .seconds(5)),
                connections: 2, of: primary, most: .seconds(30), pause: .milliseconds(200),
                logger: Logger(label: "test"))
            try await serve(
                { db.store(connections: 2) }, { try await db.sql($0) }, { _ in }, { try await body($0, servers) },
                copy: copy)
            await primary.close()
        }
        try await servers.remove()
    }

    /// `control` is the store of the test itself; nil for one of the server's kind.
    private static func serve(
        _ open: () -> any JobStore, _ rows: @escaping @Sendable (String) async throws -> [[String?]],
        _ configure: (inout ServerSettings) -> Void,
        _ body: (ServedStore) async throws -> Void, control: (any JobStore)? = nil, copy: (any ReadCopy)? = nil
    ) async throws {
        var settings = ServerSettings(bindings: [.address(host: "127.0.0.1", port: 0)])
        settings.threads = 1
        configure(&settings)
        let meters = DaemonMeters()
        let view = DaemonView(
            storeName: "the test's store", isAlive: { true }, isStarted: { true }, unreadiness: { nil },
            pipelines: { [PipelineView(name: "extract", kind: "exec", concurrency: 2)] }, meters: meters)
        let store = control ?? open()
        let reading = open()
        let stores = ServerStores(reading: reading, writing: open(), copy: copy)
        let server = try Server(settings, stores, view, Logger(label: "test"))
        let address = try await server.start()[0]
        do {
            try await body(
                ServedStore(store: store, address: address, server: server, rows: rows, reading: reading))
        } catch {
            await server.drain(upTo: .seconds(1))
            await store.close()
            throw error
        }
        await server.drain(upTo: .seconds(1))
        await store.close()
    }

    /// Waits until `condition` holds.
    func until(_ condition: () async throws -> Bool) async throws {
        guard try await eventually(condition) else { throw TestFailure("the condition didn't come true") }
    }

    /// The traces of the jobs, by request_id.
    func traces() async throws -> [String: String?] {
        let found = try await rows("SELECT request_id, trace_context FROM ix_jobs")
        return Dictionary(uniqueKeysWithValues: found.map { ($0[0] ?? "", $0[1]) })
    }

    /// Inserts a token, and returns its text.
    func token(
        _ role: AccessRole, client: String? = nil, documents: Bool = true, expiresAt: String? = nil
    ) async throws -> String {
        let secret = TokenSecret()
        let token = AccessToken(
            id: secret.id, hash: secret.hash, name: secret.id, role: role, clientID: client, showsDocuments: documents,
            expiresAt: expiresAt)
        try await store.perform { try $0.insertToken(token) }
        return secret.text
    }

    /// An answer with its body as text.
    struct Reply: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: String

        /// The body as a JSON object.
        func object() throws -> JSONDocument { try JSONDocument(response: body) }
        /// The name of the problem; nil for any other answer.
        var problem: String? {
            (try? object())?["type"]?.string.map { String($0.dropFirst("/problems/".count)) }
        }
    }

    func get(_ path: String, _ token: String? = nil, _ headers: [(String, String)] = []) async throws -> Reply {
        try await send(.GET, path, token, headers, nil)
    }

    func post(
        _ path: String, _ token: String? = nil, _ body: String? = nil, type: String = "application/json",
        _ headers: [(String, String)] = []
    ) async throws -> Reply {
        try await send(.POST, path, token, body == nil ? headers : headers + [("content-type", type)], body)
    }

    func send(
        _ method: HTTPMethod, _ path: String, _ token: String?, _ headers: [(String, String)], _ body: String?
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: "http://\(address)\(path)")
        request.method = method
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let bytes = try await response.body.collect(upTo: 64 << 20)
        return Reply(status: Int(response.status.code), headers: response.headers, body: String(buffer: bytes))
    }

    /// A new job's body.
    static func job(_ requestID: String, client: String = "shop", useCase: String = "extract") -> String {
        #"{"use_case":"\#(useCase)","ix_client_id":"\#(client)","request_id":"\#(requestID)","context":{"iban":"DE1","n":1.10}}"#
    }

    /// Enqueues a job through the server, and returns its id.
    /// Records that a daemon sends nothing to an endpoint for now.
    func closeEndpoint(_ endpoint: String) async throws {
        let daemon = DaemonIdentity(daemonID: Self.daemonID, instance: "test", host: "test", pid: 1, version: "test")
        try await store.perform { operations in
            try operations.registerDaemon(daemon, lease: .seconds(60))
            try operations.recordClosedEndpoints(daemon.daemonID, [endpoint])
        }
    }

    func enqueue(_ requestID: String, _ token: String, client: String = "shop") async throws -> String {
        let reply = try await post("/v1/jobs", token, Self.job(requestID, client: client))
        #expect(reply.status == 201, "\(reply.body)")
        return try reply.object()["job_id"]?.string ?? ""
    }
}

extension TestFile {
    /// The rows of a query, by a program that knows SQLite and nothing of us.
    fileprivate func rows(_ sql: String) async throws -> [[String?]] {
        let script = """
            import json, sqlite3, sys
            for row in sqlite3.connect(sys.argv[1], timeout=30).execute(sys.argv[2]):
                print(json.dumps({"row": [None if value is None else str(value) for value in row]}))
            """
        let process = try TestProcess("/usr/bin/env", ["python3", "-c", script, path, sql])
        guard try await process.exitStatus() == .code(0) else { throw TestFailure("\(process.lines)") }
        return try process.lines.map { line in
            (try JSONDocument(response: line)["row"]?.elements ?? []).map { $0.isNull ? nil : $0.string }
        }
    }
}
