import Foundation
import IXConfig
import Testing

@Suite struct PrecedenceTests {
    private typealias Fixture = ConfigurationFixture

    @Test func `without file, environment and flags every key has its default`() throws {
        let configuration = try Fixture.load()
        #expect(configuration.postgres.url.isEmpty)
        #expect(configuration.postgres.prepared)
        #expect(configuration.postgres.connections == 4)
        #expect(configuration.postgres.connectTimeout == .seconds(5))
        #expect(configuration.postgres.callTimeout == .seconds(10))
        #expect(configuration.worker.count == 4)
        #expect(configuration.worker.instance == "default")
        #expect(configuration.worker.poll == .seconds(2))
        #expect(configuration.worker.grace == .seconds(30))
        #expect(configuration.worker.lease == .seconds(30))
        #expect(configuration.worker.heartbeat == .seconds(10))
        #expect(configuration.worker.sweep == .seconds(10))
        #expect(configuration.pipeline.requestTimeout == .seconds(2700))
        #expect(configuration.pipeline.killGrace == .seconds(10))
        #expect(configuration.callback.timeout == .seconds(20))
        #expect(configuration.callback.concurrency == 32)
        #expect(configuration.log.level == .info)
        #expect(configuration.log.format == .auto)
        #expect(configuration.pipelines.isEmpty)
    }

    @Test func `the file overrides the default, the environment the file, a flag the environment`() throws {
        let file = "[worker]\ncount = 5"
        let variables = ["IX_WORKER_COUNT": "6"]
        #expect(try Fixture.load(file, environment: [:]).worker.count == 5)
        #expect(try Fixture.load(file, environment: variables).worker.count == 6)
        let all = try Fixture.load(file, environment: variables, flags: [("worker.count", "7")])
        #expect(all.worker.count == 7)
    }

    @Test func `of two flags for the same key the later wins`() throws {
        let flags = [(key: "worker.count", value: "7"), (key: "worker.count", value: "8")]
        #expect(try Fixture.load(flags: flags).worker.count == 8)
    }

    @Test func `every value in effect says where it came from`() throws {
        let configuration = try Fixture.load(
            "# a comment\n[worker]\npoll_seconds = 0.5\n[log]\nlevel = \"debug\"",
            environment: ["IX_CALLBACK_CONCURRENCY": "3"], flags: [("log.format", "json")])
        #expect(Fixture.entry("worker.poll_seconds", in: configuration) == "worker.poll_seconds = 0.5 (FILE:3)")
        #expect(Fixture.entry("log.level", in: configuration) == "log.level = debug (FILE:5)")
        #expect(Fixture.entry("log.format", in: configuration) == "log.format = json (flag)")
        #expect(Fixture.entry("worker.count", in: configuration) == "worker.count = 4 (default)")
        #expect(
            Fixture.entry("callback.concurrency", in: configuration)
                == "callback.concurrency = 3 (environment IX_CALLBACK_CONCURRENCY)")
        #expect(configuration.effective.map(\.key) == ConfigurationKey.all.map(\.path))
    }

    @Test(arguments: ConfigurationKey.all)
    func `a key's variable is IX, its section and its name`(_ key: ConfigurationKey) throws {
        #expect(key.environmentName == "IX_" + key.section.uppercased() + "_" + key.name.uppercased())
        let value = try Fixture.load().effective.first { $0.key == key.path }?.value
        let configuration = try Fixture.load(environment: [key.environmentName: value ?? ""])
        let isResolved = key.path == "worker.state_directory"
        let origin = configuration.effective.first { $0.key == key.path }?.origin
        #expect(origin == .environment(key.environmentName) || isResolved)
    }

    @Test func `the names that existed before still work`() throws {
        let names = ConfigurationKey.all.map(\.environmentName)
        #expect(names.contains("IX_POSTGRES_URL"))
        #expect(names.contains("IX_PIPELINE_REQUEST_TIMEOUT_SECONDS"))
    }

    @Test func `variables that no key names are ignored`() throws {
        let variables = ["IX_WORKER_CUONT": "many", "IX_MODEL": "large", "IX_TEST_DATABASE_URL": "x", "PGHOST": "h"]
        #expect(try Fixture.load(environment: variables).effective == Fixture.load(environment: [:]).effective)
    }

    @Test func `the standard file is read when it is there`() throws {
        let configuration = try Fixture.withFile(Data("worker.count = 9".utf8)) { path in
            try Configuration.load(environment: [:], standardFile: path)
        }
        #expect(configuration.worker.count == 9)
    }

    @Test func `a file that is named is read instead of the standard one`() throws {
        let configuration = try Fixture.withFile(Data("worker.count = 9".utf8)) { standard in
            try Fixture.withFile(Data("callback.concurrency = 2".utf8)) { path in
                try Configuration.load(file: path, environment: [:], standardFile: standard)
            }
        }
        #expect(configuration.worker.count == 4)
        #expect(configuration.callback.concurrency == 2)
    }

    @Test func `keys awaiting a restart are those that moved and don't reload`() throws {
        let next = try Fixture.load(
            environment: Fixture.home,
            flags: [("postgres.url", "host=b"), ("worker.batch", "5"), ("worker.count", "5"), ("log.level", "debug")])
        let moved = try Fixture.load().keysAwaitingRestart(in: next)
        #expect(moved.map(\.path) == ["postgres.url", "worker.batch"])
    }
}
