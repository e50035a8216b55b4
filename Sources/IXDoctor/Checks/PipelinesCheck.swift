internal import IXCommand
internal import IXConfig

/// `PipelinesCheck` checks that the pipelines can be built from the configuration. The command `check-pipelines` runs
/// the pipelines.
struct PipelinesCheck: Check {
    let requires = Prerequisite.nothing

    func findings(_ context: DoctorContext) async -> [Finding] {
        if let fault = context.pipelineFault(context.configuration) {
            return [
                .fault("pipelines", fault, "`ix-worker check-config` reports the same fault; see docs/pipelines.md")
            ]
        }
        let names = context.configuration.pipelines.keys.sorted()
        guard !names.isEmpty else {
            return [
                .warning(
                    "pipelines", "none is configured; only the built-in echo, sleep and fail exist",
                    "add a [pipelines.NAME] table for each use case, or [pipelines.default]")
            ]
        }
        return [
            .ok("pipelines", "\(names.joined(separator: ", ")); `ix-worker check-pipelines` runs a sample through each")
        ]
    }
}
