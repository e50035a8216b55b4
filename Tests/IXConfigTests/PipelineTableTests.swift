import IXConfig
import Testing

@Suite struct PipelineTableTests {
    private typealias Fixture = ConfigurationFixture

    private func program(_ name: String, of configuration: Configuration) -> ExecConfiguration? {
        guard case .exec(let exec) = configuration.pipelines[name]?.work else { return nil }
        return exec
    }

    @Test func `every key of a program's pipeline arrives`() throws {
        let configuration = try Fixture.load(
            """
            [pipelines.extract]
            kind = "exec"
            command = ["python3", "-u", "run.py"]
            environment = { LANG = "C.UTF-8", "A.B" = "" }
            pass_environment = ["CUDA_VISIBLE_DEVICES"]
            timeout_seconds = 90.5
            kill_grace_seconds = 0
            memory_mib = 2048
            retry_on = ["exit:3", "exit:255", "timeout"]
            """)
        let pipeline = try #require(configuration.pipelines["extract"])
        let exec = try #require(program("extract", of: configuration))
        #expect(pipeline.name == "extract")
        #expect(pipeline.timeout == .milliseconds(90_500))
        #expect(pipeline.killGrace == .zero)
        #expect(exec.command == ["python3", "-u", "run.py"])
        #expect(exec.environment.mapValues(\.text) == ["LANG": "C.UTF-8", "A.B": ""])
        #expect(exec.passEnvironment == ["CUDA_VISIBLE_DEVICES"])
        #expect(exec.memoryMiB == 2048)
        #expect(exec.retryExitCodes == [3, 255])
    }

    @Test func `what a program's pipeline leaves out has its default`() throws {
        let configuration = try Fixture.load("[pipelines.a]\nkind = \"exec\"\ncommand = [\"run\"]")
        let exec = try #require(program("a", of: configuration))
        #expect(exec.environment.isEmpty)
        #expect(exec.passEnvironment.isEmpty)
        #expect(exec.memoryMiB == nil)
        #expect(exec.retryExitCodes.isEmpty)
    }

    @Test func `the built-in kinds need nothing more`() throws {
        let configuration = try Fixture.load(
            "pipelines = { a = { kind = \"echo\" }, b = { kind = \"sleep\" }, c = { kind = \"fail\" } }")
        #expect(configuration.pipelines.mapValues(\.work) == ["a": .echo, "b": .sleep, "c": .fail])
    }

    @Test func `times that a pipeline doesn't name are those of the pipeline section in effect`() throws {
        let configuration = try Fixture.load(
            "[pipelines.a]\nkind = \"echo\"\n[pipelines.b]\nkind = \"echo\"\ntimeout_seconds = 7",
            environment: ["IX_PIPELINE_REQUEST_TIMEOUT_SECONDS": "60"], flags: [("pipeline.kill_grace_seconds", "1")])
        #expect(configuration.pipelines["a"]?.timeout == .seconds(60))
        #expect(configuration.pipelines["a"]?.killGrace == .seconds(1))
        #expect(configuration.pipelines["b"]?.timeout == .seconds(7))
        #expect(
            Fixture.entry("pipelines.a.timeout_seconds", in: configuration)
                == "pipelines.a.timeout_seconds = 60 (environment IX_PIPELINE_REQUEST_TIMEOUT_SECONDS)")
    }

    @Test func `a use case without a pipeline of its own gets the default one`() throws {
        let one = "[pipelines.\"in voice\"]\nkind = \"echo\"\n"
        let both = try Fixture.load(one + "[pipelines.default]\nkind = \"fail\"")
        #expect(both.pipeline(for: "in voice")?.work == .echo)
        #expect(both.pipeline(for: "other")?.work == .fail)
        #expect(try Fixture.load(one).pipeline(for: "other") == nil)
    }

    @Test func `the entries show a pipeline's keys in effect`() throws {
        let configuration = try Fixture.load(
            "[pipelines.\"a.b\"]\nkind = \"exec\"\ncommand = [\"run\", \"x y\"]\nretry_on = [\"exit:3\"]")
        let shown = configuration.effective.map(\.description).suffix(22).map { $0.split(separator: "(").first ?? "" }
        #expect(
            shown == [
                "pipelines.\"a.b\".kind = exec ",
                "pipelines.\"a.b\".timeout_seconds = 2700 ",
                "pipelines.\"a.b\".kill_grace_seconds = 10 ",
                "pipelines.\"a.b\".retry_on = [\"exit:3\"] ",
                "pipelines.\"a.b\".retry_starts = 0 ",
                "pipelines.\"a.b\".retry_pause_seconds = 2 ",
                "pipelines.\"a.b\".retry_pause_limit_seconds = 300 ",
                "pipelines.\"a.b\".concurrency = 0 ",
                "pipelines.\"a.b\".breaker_failures = 5 ",
                "pipelines.\"a.b\".breaker_pause_seconds = 5 ",
                "pipelines.\"a.b\".command = [\"run\", \"x y\"] ",
                "pipelines.\"a.b\".environment = {} ",
                "pipelines.\"a.b\".pass_environment = [] ",
                "pipelines.\"a.b\".memory_mib = 0 ",
                "pipelines.\"a.b\".cpu_seconds = 0 ",
                "pipelines.\"a.b\".file_mib = 0 ",
                "pipelines.\"a.b\".processes = 0 ",
                "pipelines.\"a.b\".open_files = 0 ",
                "pipelines.\"a.b\".total_memory_mib = 0 ",
                "pipelines.\"a.b\".total_cpu_percent = 0 ",
                "pipelines.\"a.b\".user =  ",
                "pipelines.\"a.b\".hide_secrets = true ",
            ])
    }
}
