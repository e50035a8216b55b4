import IXConfig
import Testing

@Suite struct ValueTests {
    private typealias Fixture = ConfigurationFixture

    @Test func `seconds may be whole or decimal, in the file and outside`() throws {
        #expect(try Fixture.load("worker.poll_seconds = 3").worker.poll == .seconds(3))
        #expect(try Fixture.load("worker.poll_seconds = 0.05").worker.poll == .milliseconds(50))
        #expect(try Fixture.load("worker.poll_seconds = 3600.0").worker.poll == .seconds(3600))
        #expect(try Fixture.load(flags: [("worker.poll_seconds", "0.25")]).worker.poll == .milliseconds(250))
        #expect(try Fixture.load(flags: [("worker.grace_seconds", "0")]).worker.grace == .zero)
    }

    @Test(arguments: ["0.05", "0.1", "2", "2.5", "0.000001", "3600", "59.999999"])
    func `seconds are shown as they were given`(_ text: String) throws {
        let configuration = try Fixture.load(flags: [("worker.grace_seconds", text)])
        #expect(Fixture.entry("worker.grace_seconds", in: configuration) == "worker.grace_seconds = \(text) (flag)")
    }

    @Test(arguments: [
        "postgresql+asyncpg://u:p%40@h1,h2:5433/db?sslmode=require", "host=/run/pg dbname='a b'", "service=ix", "off",
        " ", "ünï",
    ])
    func `the database's address passes through untouched`(_ url: String) throws {
        #expect(try Fixture.load(flags: [("postgres.url", url)]).postgres.url.text == url)
        #expect(try Fixture.load("postgres.url = '''\(url)'''").postgres.url.text == url)
    }

    @Test func `listening follows the address, has its own, or is off`() throws {
        func listen(_ text: String) throws -> String? {
            let flags = [(key: "postgres.url", value: "host=a"), (key: "postgres.listen_url", value: text)]
            return try Fixture.load(flags: flags).postgres.listenURL?.text
        }
        #expect(try listen("") == "host=a")
        #expect(try listen("host=b") == "host=b")
        #expect(try listen("off") == nil)
    }

    @Test func `truth is written true or false everywhere`() throws {
        #expect(try Fixture.load(environment: ["IX_POSTGRES_PREPARED": "false"]).postgres.prepared == false)
        #expect(try Fixture.load("postgres.prepared = false").postgres.prepared == false)
    }

    @Test(arguments: LogLevel.allCases) func `every level of the log can be chosen`(_ level: LogLevel) throws {
        #expect(try Fixture.load(flags: [("log.level", level.rawValue)]).log.level == level)
    }

    @Test(arguments: LogFormat.allCases) func `every format of the log can be chosen`(_ format: LogFormat) throws {
        #expect(try Fixture.load("log.format = \"\(format.rawValue)\"").log.format == format)
    }

    @Test func `a heartbeat just under half of the lease is taken`() throws {
        #expect(try Fixture.load("worker.heartbeat_seconds = 14.9").worker.heartbeat == .milliseconds(14_900))
    }

    @Test func `a thousand workers share the default connections`() throws {
        #expect(try Fixture.load("worker.count = 1000").worker.count == 1000)
    }
}
