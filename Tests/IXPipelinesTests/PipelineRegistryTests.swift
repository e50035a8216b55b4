import IXCore
import Testing

@testable import IXPipelines

@Suite struct PipelineRegistryTests {
    private let registry = PipelineRegistry(timeout: .seconds(30))

    @Test func `an unknown use case has no pipeline`() {
        #expect(registry["unheard"] == nil)
        #expect(registry[""] == nil)
    }

    @Test func `the built-ins stand under their own names`() {
        #expect(registry["echo"]?.pipeline is EchoPipeline)
        #expect(registry["sleep"]?.pipeline is SleepPipeline)
        #expect(registry["fail"]?.pipeline is FailPipeline)
        #expect(registry.names == ["echo", "fail", "sleep"])
    }

    @Test func `without built-ins their names are unknown`() {
        #expect(PipelineRegistry(timeout: .seconds(30), drills: false).names == ["echo"])
    }

    @Test func `the configuration may put another pipeline under a built-in's name`() {
        var registry = registry
        registry.register(SleepPipeline(), as: "echo")
        #expect(registry["echo"]?.pipeline is SleepPipeline)
    }

    @Test func `the default serves what has no pipeline of its own, built-ins excepted`() {
        var registry = registry
        registry.register(SleepPipeline(), as: PipelineRegistry.fallback)
        #expect(registry["unheard"]?.pipeline is SleepPipeline)
        #expect(registry["unheard"]?.name == "default")
        #expect(registry["echo"]?.pipeline is EchoPipeline)
    }

    @Test func `an entry carries its own timeout, or the registry's`() {
        var registry = registry
        registry.register(EchoPipeline(), as: "slow", timeout: .seconds(600))
        #expect(registry["slow"]?.timeout == .seconds(600))
        #expect(registry["echo"]?.timeout == .seconds(30))
    }
}
