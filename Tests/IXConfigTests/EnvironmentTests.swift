import IXConfig
import Testing

/// Variables as people and clusters make them.
@Suite struct EnvironmentTests {
    private typealias Fixture = ConfigurationFixture

    @Test func `white space and line ends around a value are no part of it`() throws {
        let given = [
            "IX_POSTGRES_URL": " postgresql://ix@db/ix\n", "IX_WORKER_COUNT": "3\r\n", "IX_WORKER_POLL_SECONDS": "\t2 ",
            "IX_SQLITE_PATH": "/q.db\n", "IX_CALLBACK_SECRET": "whsec_c2VjcmV0\n", "IX_LOG_LEVEL": "debug\n",
            "IX_CALLBACK_SCHEMES": "https\n",
        ]
        let plain = given.mapValues { String($0.filter { !$0.isWhitespace }) }
        #expect(try Fixture.load(environment: given) == Fixture.load(environment: plain))
    }

    @Test(arguments: ["PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD", "PGSERVICE"])
    func `a variable of libpq's with a line end is refused, and its value isn't shown`(_ name: String) throws {
        let environment = ["IX_STORE_KIND": "postgres", name: "hunter2\n"]
        #expect(
            try Fixture.faults(environment: environment) == [
                "environment \(name): \(name): holds a line end, which libpq would read as part of the value"
            ])
        #expect(try Fixture.faults(environment: ["IX_STORE_KIND": "sqlite", name: "hunter2\n"]) == [])
    }

    @Test(arguments: [
        ("IX_WORKER_CUONT", "IX_WORKER_CUONT is no key of the configuration; did you mean IX_WORKER_COUNT?"),
        ("IX_CALLBACK_SOMETHING_ELSE", "IX_CALLBACK_SOMETHING_ELSE is no key of the configuration"),
    ])
    func `a variable of our sections that is no key is told of`(_ name: String, _ words: String) throws {
        #expect(try Fixture.load(environment: [name: "1"]).unknownVariables == [words])
    }

    @Test(arguments: [
        ("IX_WORKER_SERVICE_HOST", "10.0.0.1"), ("IX_WORKER_SERVICE_PORT", "80"), ("IX_WORKER_SERVICE_PORT_HTTP", "80"),
        ("IX_WORKER_PORT", "tcp://10.0.0.1:80"), ("IX_WORKER_PORT_80_TCP", "tcp://10.0.0.1:80"),
        ("IX_WORKER_PORT_80_TCP_PROTO", "tcp"), ("IX_WORKER_PORT_80_TCP_ADDR", "10.0.0.1"),
        ("IX_POSTGRES_PORT", "tcp://10.0.0.1:5432"), ("IX_POSTGRES_PORT_5432_UDP_PORT", "5432"),
        ("IX_MODEL", "large"), ("IX_TEST_DATABASE_URL", "x"), ("IX_JOB_ID", "x"), ("IX_WORKER_COUNT", "2"),
    ])
    func `those that a cluster or another program makes are not`(_ name: String, _ value: String) throws {
        #expect(try Fixture.load(environment: [name: value]).unknownVariables == [])
    }
}
