import Glibc
import IXCore
import IXStore
import IXTestSupport
import Testing

@testable import IXPostgres

/// Every notation of an address that libpq knows, and one that it doesn't.
@Suite(.needsPostgres, .timeLimit(.minutes(3))) struct AddressTests {
    @Test(arguments: [
        ("postgresql+asyncpg://u@h/db", "postgresql://u@h/db"), ("postgres+psycopg2://h/db", "postgres://h/db"),
        ("postgresql://u:p+q@h/db", "postgresql://u:p+q@h/db"), ("host=h dbname=a+b", "host=h dbname=a+b"),
        ("service=x", "service=x"), ("mysql+x://h", "mysql+x://h"), ("", ""),
    ])
    func `a driver in the scheme is taken off and nothing else`(_ row: (given: String, taken: String)) {
        #expect(PostgresAddress(row.given).text == row.taken)
    }

    @Test func `a URL with a driver, a conninfo and several hosts all lead to the database`() async throws {
        try await TestDatabase.with { db in
            let address = try db.address
            let url = address.url()
            let driver = "postgresql+asyncpg" + url.dropFirst("postgresql".count)
            let deadFirst = address.url([
                "host": "/nowhere,\(address["host"] ?? "")", "port": "1,\(address["port"] ?? "5432")",
            ])
            for notation in [url, driver, address.conninfo(), deadFirst] {
                let store = PostgresStore(
                    ConnectionParameters(url: notation, applicationName: "ix-test"), connections: 1)
                let database = try await store.raw("SELECT current_database(), current_setting('application_name')")
                #expect(database == [[db.name, "ix-test"]], "\(notation)")
                await store.close()
            }
        }
    }

    @Test func `a host that accepts and says nothing doesn't keep us from the next one`() async throws {
        try await TestDatabase.with { db in
            let proxy = try TCPProxy(to: db.address)
            proxy.become(.blackHole)
            let address = try db.address
            let both = address.url([
                "host": "127.0.0.1,\(address["host"] ?? "")", "port": "\(proxy.port),\(address["port"] ?? "5432")",
            ])
            let parameters = ConnectionParameters(
                url: both, applicationName: "ix-test", connectTimeout: .seconds(2))
            let store = PostgresStore(parameters, connections: 1)
            try await store.insert("a")
            await store.close()
        }
    }

    @Test func `PG variables and a service file lead to the database`() async throws {
        try await TestDatabase.with { db in
            let url = db.url
            let name = db.name
            // Variables are a whole process's: one of its own.
            await #expect(processExitsWith: .success) { [url = url as String, name = name as String] in
                let address = try ServerAddress(url)
                for option in ["host", "port", "user", "password"] {
                    guard let value = address[option] else { continue }
                    setenv("PG" + option.uppercased(), value, 1)
                }
                setenv("PGDATABASE", name, 1)
                let plain = try await Self.database("")
                unsetenv("PGDATABASE")
                let file = "/tmp/\(name).service"
                guard let handle = fopen(file, "w") else { throw TestFailure("no service file") }
                fputs("[ix]\ndbname=\(name)\n", handle)
                fclose(handle)
                setenv("PGSERVICEFILE", file, 1)
                let service = try await Self.database("service=ix")
                unlink(file)
                guard plain == name, service == name else { throw TestFailure("another database") }
            }
        }
    }

    @Test func `a user's own options override the defaults`() async throws {
        try await TestDatabase.with { db in
            let url = try db.address.url(["application_name": "mine", "options": "-c statement_timeout=1234"])
            let store = PostgresStore(ConnectionParameters(url: url, applicationName: "ix-test"), connections: 1)
            let settings = try await store.raw(
                "SELECT current_setting('application_name'), current_setting('statement_timeout')")
            #expect(settings == [["mine", "1234ms"]])
            await store.close()
        }
    }

    @Test func `an address where nobody answers is unavailable, a wrong database or role a clear error`() async throws {
        try await TestDatabase.with { db in
            let address = try db.address
            for (change, code) in [
                (["host": "/nowhere"], StoreError.Code.unavailable),
                (["host": "127.0.0.1", "port": "1"], .unavailable),
            ] {
                let store = PostgresStore(
                    ConnectionParameters(url: address.url(change), applicationName: "x"), connections: 1)
                let error = await #expect(throws: StoreError.self) { try await store.insert("a") }
                #expect(error?.code == code && error?.isTransient == true && error?.message.isEmpty == false)
            }
        }
    }

    @Test func `a host that hangs up without a word keeps nobody from the next one`() async throws {
        try await TestDatabase.with { db in
            let address = try db.address
            let gone = try TCPProxy(to: ServerAddress(address.url(["host": "127.0.0.1", "port": "1"])))
            let (host, port) = (try #require(address["host"]), address["port"] ?? "5432")
            for (hosts, ports) in [
                ("127.0.0.1,\(host)", "\(gone.port),\(port)"),
                ("127.0.0.1,127.0.0.1,\(host)", "\(gone.port),1,\(port)"),
            ] {
                let name = try await Self.database(address.url(["host": hosts, "port": ports, "sslmode": "disable"]))
                #expect(name == db.name)
            }
            let alone = address.url(["host": "127.0.0.1,127.0.0.1", "port": "\(gone.port),\(gone.port)"])
            let error = await #expect(throws: StoreError.self) { try await Self.database(alone) }
            #expect(error?.code == .unavailable)
        }
    }

    @Test func `without prepared statements a job lives its whole life`() async throws {
        try await TestDatabase.with { db in
            let parameters = ConnectionParameters(url: db.url, applicationName: "ix-test", isPrepared: false)
            let store = PostgresStore(parameters, connections: 2)
            for key in ["a", "b", "c"] { try await store.insert(key) }
            let (first, daemon) = try await store.claimed()
            let completion = try Completion(
                first, .success(), note: AttemptNote(outcome: "done", exitStatus: nil, logTail: ""))
            let (result, next) = try await store.perform {
                try $0.completeAndClaim(completion, Claim(daemonID: daemon))
            }
            guard case .ended(.done, true) = result else { return #expect(Bool(false), "\(result)") }
            let back = try await store.end(try #require(next).attempt, .back(usesUpStart: false))
            let third = try await store.claim(daemon)
            try await store.die(daemon)
            let swept = try await store.sweep()
            #expect(back == .handedBack && third != nil && swept.count == 1)
            let statements = try await store.raw("SELECT count(*) FROM pg_prepared_statements")
            #expect(statements == [["0"]])
            let claimed = try await store.transaction { try $0.claimNextPending(Claim(daemonID: daemon)) }
            #expect(claimed == nil)
            await store.close()
        }
    }

    private static func database(_ url: String) async throws -> String? {
        let store = PostgresStore(ConnectionParameters(url: url, applicationName: "ix-test"), connections: 1)
        return try await store.raw("SELECT current_database()")[0][0]
    }
}

extension PostgresStore {
    /// A statement of the test's own on one of the store's connections.
    @discardableResult
    func raw(_ sql: String) async throws -> [[String?]] {
        try await perform { operations in
            guard let operations = operations as? PostgresOperations else { throw TestFailure("not PostgreSQL") }
            return try operations.query(sql)
        }
    }
}
