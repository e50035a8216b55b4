import IXConfig
import Testing

@Suite struct QueueTableTests {
    private typealias Fixture = ConfigurationFixture

    private static let whole = """
        [queues.extract]
        concurrency = 10
        group_concurrency = 2
        strict = false
        rate = 600
        rate_seconds = 60.5
        group_rate = 0
        group_rate_seconds = 1
        burst = 5
        group_by = "context.customer"
        use_cases = ["extract", "re \\"x\\""]
        [queues."a b"]
        """

    @Test func `every key of a queue arrives as JSON, with its file`() throws {
        let queues = try Fixture.load(Self.whole).queues
        #expect(queues.map(\.name) == ["a b", "extract"] && queues[0].values == [:])
        #expect(
            queues[1].values == [
                "concurrency": "10", "group_concurrency": "2", "strict": "false", "rate": "600",
                "rate_seconds": "60.5", "group_rate": "0", "group_rate_seconds": "1", "burst": "5",
                "group_by": "\"context.customer\"", "use_cases": #"["extract", "re \"x\""]"#,
            ])
        #expect(queues[1].file.hasSuffix(".toml"))
    }

    @Test func `a key's value and line are shown, and a key that the table lacks is not`() throws {
        let configuration = try Fixture.load("[queues.\"a b\"]\nconcurrency = 3\n")
        #expect(
            Fixture.entry("queues.\"a b\".concurrency", in: configuration)
                == "queues.\"a b\".concurrency = 3 (FILE:2)")
        #expect(configuration.effective.filter { $0.key.hasPrefix("queues.") }.count == 1)
    }

    @Test(arguments: [
        ("concurrency = -1", "concurrency: must be 0…1000000, is -1"),
        ("concurrency = 1000001", "concurrency: must be 0…1000000, is 1000001"),
        ("burst = 0", "burst: must be 1…1000000, is 0"),
        ("strict = 1", "strict: must be true or false, is 1"),
        ("rate = 5", "rate: needs rate_seconds beside it"),
        ("group_rate_seconds = 5", "group_rate_seconds: has no effect without group_rate"),
        ("group_by = \"\"", "group_by: is empty"),
        (
            "group_by = \"a..b\"",
            "group_by: must be client_id, or a path of the request such as context.customer"
        ),
        ("use_cases = [\"a\", \"\"]", "use_cases: item 2 is empty"),
        ("use_cases = \"a\"", "use_cases: must be a list of texts, is \"a\""),
        ("concurency = 5", "concurency: unknown key; did you mean concurrency?"),
    ])
    func `a key of a queue that doesn't do is refused`(_ rest: String, _ fault: String) throws {
        #expect(try Fixture.faults("[queues.extract]\n\(rest)") == ["FILE:2: queues.extract.\(fault)"])
    }

    @Test func `a queue is a table, under a name that is a key, and flags hold none`() throws {
        #expect(
            try Fixture.faults("[queues]\nextract = 5\n") == ["FILE:2: queues.extract: must be a table, is an integer"])
        #expect(try Fixture.faults("[queues.\"\"]\n") == ["FILE:1: queues.\"\": the name is empty"])
        #expect(try Fixture.faults("queues = 5\n") == ["FILE:1: queues: must be a table, is an integer"])
        #expect(
            try Fixture.faults(flags: [("queues.extract.concurrency", "5")])
                == ["flag: queues.extract.concurrency: queues can be set only in the file"])
    }

    @Test func `a reload names the queues that differ`() throws {
        let (old, new) = (try Fixture.load(Self.whole), try Fixture.load("[queues.extract]\nconcurrency = 10\n"))
        #expect(old.keysTakingEffect(in: new) == ["queues.\"a b\"", "queues.extract"])
        #expect(new.keysAwaitingRestart(in: old) == [])
    }
}
