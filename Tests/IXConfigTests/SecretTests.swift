import IXConfig
import Testing

@Suite struct SecretTests {
    private typealias Fixture = ConfigurationFixture

    private static let toml = """
        [postgres]
        url = "postgres://ada:hush@db"
        listen_url = "host=db password=hush"
        [pipelines.extract]
        kind = "exec"
        command = ["run"]
        environment = { TOKEN = "hush", EMPTY = "" }
        """

    @Test func `nothing that is printed holds a secret`() throws {
        let configuration = try Fixture.load(Self.toml)
        #expect(configuration.postgres.url.text.contains("hush"))
        let printed: [Any] = [
            configuration, configuration.postgres, configuration.effective, configuration.pipelines,
            configuration.postgres.url, configuration.postgres.listenURL as Any,
        ]
        for value in printed {
            var dumped = ""
            dump(value, to: &dumped)
            #expect(!dumped.contains("hush"))
            #expect(!"\(value)".contains("hush"))
            #expect(!String(reflecting: value).contains("hush"))
        }
    }

    @Test func `the entries show that a secret is set, not what it is`() throws {
        let configuration = try Fixture.load(Self.toml)
        #expect(Fixture.entry("postgres.url", in: configuration) == "postgres.url = ***** (FILE:2)")
        #expect(Fixture.entry("postgres.listen_url", in: configuration) == "postgres.listen_url = ***** (FILE:3)")
        #expect(
            Fixture.entry("pipelines.extract.environment", in: configuration)
                == "pipelines.extract.environment = { EMPTY = \"\", TOKEN = ***** } (FILE:7)")
    }

    @Test func `an empty secret is shown as empty`() throws {
        let configuration = try Fixture.load()
        #expect(Fixture.entry("postgres.url", in: configuration) == "postgres.url =  (default)")
    }

    @Test(arguments: [
        "postgres.url = [\"hush\"]", "postgres.urll = \"hush\"", "url = \"hush\"", "postgres.url = hush",
        "postgres.url = \"hush", "postgres.url = \"hush\"\npostgres.url = \"hush\"",
        "pipelines.a = { kind = \"exec\", command = [\"x\"], environment = { A = [\"hush\"] } }",
        "pipelines.a = { kind = \"exec\", command = [\"x\"], environment = \"hush\" }",
        "pipelines.a = { kind = \"echo\", environment = { A = \"hush\" } }",
    ])
    func `no reason holds a secret`(_ toml: String) throws {
        let faults = try Fixture.faults(toml)
        #expect(!faults.isEmpty)
        #expect(!faults.joined().contains("hush"))
    }

    @Test func `a flag with an unknown key doesn't show its value`() throws {
        #expect(
            try Fixture.faults(flags: [("postgres.ulr", "hush")])
                == ["flag: postgres.ulr: unknown key; did you mean postgres.url?"])
    }
}
