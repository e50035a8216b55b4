import Foundation
import IXConfig
import Testing

@Suite struct FaultTests {
    private typealias Fixture = ConfigurationFixture

    @Test(arguments: [
        ("[worker]\nqueues = []", "FILE:2: worker.queues: is empty; \"*\" stands for every queue"),
        ("[worker]\nqueues = [\"*\", \"mail\"]", "FILE:2: worker.queues: holds * beside other names"),
        ("[worker]\nqueues = [\"mail\", \"mail\"]", "FILE:2: worker.queues: names a queue twice"),
        ("[worker]\nqueues = [\"\"]", "FILE:2: worker.queues: holds a name that is empty"),
        ("[worker]\ncount = 0", "FILE:2: worker.count: must be 1…1000, is 0"),
        ("[worker]\ncount = 1001", "FILE:2: worker.count: must be 1…1000, is 1001"),
        ("[worker]\ncount = 4.0", "FILE:2: worker.count: must be 1…1000, is 4"),
        ("[worker]\ncount = \"4\"", "FILE:2: worker.count: must be 1…1000, is \"4\""),
        ("[worker]\ncount = [4]", "FILE:2: worker.count: must be 1…1000, is a list"),
        ("[worker]\ncount = {}", "FILE:2: worker.count: must be 1…1000, is a table"),
        ("[worker]\npoll_seconds = 0.01", "FILE:2: worker.poll_seconds: must be 0.05…3600 seconds, is 0.01"),
        ("[worker]\npoll_seconds = inf", "FILE:2: worker.poll_seconds: must be 0.05…3600 seconds, is inf"),
        ("[worker]\npoll_seconds = nan", "FILE:2: worker.poll_seconds: must be 0.05…3600 seconds, is nan"),
        (
            "[worker]\npoll_seconds = 2024-01-01",
            "FILE:2: worker.poll_seconds: must be 0.05…3600 seconds, is a date or time"
        ),
        ("[worker]\nstate_directory = 1", "FILE:2: worker.state_directory: must be text, is 1"),
        (
            "[worker]\ninstance = \"a b\"",
            "FILE:2: worker.instance: must be 1…64 characters of A–Z a–z 0–9 _ . -, is \"a b\""
        ),
        (
            "[worker]\ninstance = \"\"",
            "FILE:2: worker.instance: must be 1…64 characters of A–Z a–z 0–9 _ . -, is \"\""
        ),
        ("[postgres]\nprepared = \"false\"", "FILE:2: postgres.prepared: must be true or false, is \"false\""),
        ("[postgres]\nurl = 1234", "FILE:2: postgres.url: must be text, is an integer"),
        ("[log]\nformat = \"xml\"", "FILE:2: log.format: must be auto, text or json, is \"xml\""),
        ("log = 3", "FILE:1: log: must be a table, is an integer"),
        ("[[log]]\nlevel = \"info\"", "FILE:1: log: must be a table, is a list"),
    ])
    func `a value of the file that doesn't do is refused`(_ toml: String, _ fault: String) throws {
        #expect(try Fixture.faults(toml) == [fault])
    }

    @Test(arguments: [
        ("[worker]\ncuont = 3", "FILE:2: worker.cuont: unknown key; did you mean worker.count?"),
        ("[worker]\nconcurrency = 3", "FILE:2: worker.concurrency: unknown key; did you mean callback.concurrency?"),
        ("[worker]\ncolour = 3", "FILE:2: worker.colour: unknown key"),
        ("[worker]\n\"a\\nb\" = 3", "FILE:1: worker.\"a\\nb\": unknown key"),
        ("\ncount = 3", "FILE:2: count: unknown key; did you mean worker.count?"),
        ("colour = 3", "FILE:1: colour: unknown key"),
        ("[workers]\ncount = 3", "FILE:1: workers: unknown section; did you mean worker?"),
        ("[database]", "FILE:1: database: unknown section"),
        ("[pipline.x]", "FILE:1: pipline: unknown section; did you mean pipeline?"),
    ])
    func `a key of the file that nobody knows is refused`(_ toml: String, _ fault: String) throws {
        #expect(try Fixture.faults(toml) == [fault])
    }

    @Test(arguments: [
        ("IX_WORKER_COUNT", "0", "worker.count: must be 1…1000, is 0"),
        ("IX_CALLBACK_RETRY_SECONDS", "soon", "callback.retry_seconds: item 1 must be 0…604800, is \"soon\""),
        ("IX_WORKER_COUNT", " 4 4\n", "worker.count: must be 1…1000, is \"4 4\""),
        ("IX_WORKER_POLL_SECONDS", "1e3", "worker.poll_seconds: must be 0.05…3600 seconds, is \"1e3\""),
        ("IX_WORKER_POLL_SECONDS", "inf", "worker.poll_seconds: must be 0.05…3600 seconds, is \"inf\""),
        ("IX_WORKER_POLL_SECONDS", "-1", "worker.poll_seconds: must be 0.05…3600 seconds, is -1"),
        ("IX_POSTGRES_PREPARED", "yes", "postgres.prepared: must be true or false, is \"yes\""),
        (
            "IX_LOG_LEVEL", "INFO",
            "log.level: must be trace, debug, info, notice, warning, error or critical, is \"INFO\""
        ),
    ])
    func `a variable that doesn't do is refused by its name`(_ name: String, _ value: String, _ fault: String) throws {
        #expect(try Fixture.faults(environment: [name: value]) == ["environment \(name): \(fault)"])
    }

    @Test(arguments: [
        ("callback.retry_seconds", "", "callback.retry_seconds: is empty; [] is a list of none"),
        ("worker.count", "x", "worker.count: must be 1…1000, is \"x\""),
        ("worker.cuont", "4", "worker.cuont: unknown key; did you mean worker.count?"),
        ("concurrency", "4", "concurrency: unknown key; did you mean callback.concurrency?"),
        ("", "4", "unknown key"),
        ("pipelines.extract.kind", "echo", "pipelines.extract.kind: pipelines can be set only in the file"),
    ])
    func `a flag that doesn't do is refused`(_ key: String, _ value: String, _ fault: String) throws {
        #expect(try Fixture.faults(flags: [(key, value)]) == ["flag: \(fault)"])
    }

    @Test func `a long value is cut short`() throws {
        let fault = try #require(try Fixture.faults(flags: [("log.level", String(repeating: "x", count: 999))]).first)
        #expect(fault.hasSuffix("is \"\(String(repeating: "x", count: 60))…\""))
    }

    @Test func `all faults are told in one go, those of the file by line`() throws {
        let toml = """
            [worker]
            lease_seconds = 1
            count = 0
            [callback]
            timeout = 5
            [pipelines.a]
            kind = "exec"
            [postgres]
            prepared = 1
            """
        let faults = try Fixture.faults(
            toml, environment: ["IX_WORKER_COUNT": "many", "IX_WORKER_HEARTBEAT_SECONDS": "20"],
            flags: [("log.level", "loud"), ("worker.cuont", "1")])
        #expect(
            faults == [
                "FILE:2: worker.lease_seconds: must be 3…3600 seconds, is 1",
                "FILE:3: worker.count: must be 1…1000, is 0",
                "FILE:5: callback.timeout: unknown key; did you mean callback.timeout_seconds?",
                "FILE:6: pipelines.a: command is missing, which kind exec needs",
                "FILE:9: postgres.prepared: must be true or false, is 1",
                "environment IX_WORKER_COUNT: worker.count: must be 1…1000, is \"many\"",
                "flag: log.level: must be trace, debug, info, notice, warning, error or critical, is \"loud\"",
                "flag: worker.cuont: unknown key; did you mean worker.count?",
            ])
    }

    @Test func `the error's description has a line for each fault`() throws {
        let error = #expect(throws: ConfigurationError.self) {
            try Fixture.load(flags: [("worker.count", "0"), ("log.format", "xml")])
        }
        #expect(
            error?.description == """
                flag: worker.count: must be 1…1000, is 0
                flag: log.format: must be auto, text or json, is "xml"
                """)
    }
}
