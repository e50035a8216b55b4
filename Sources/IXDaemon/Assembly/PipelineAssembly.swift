import IXCommand
import IXConfig
import IXCore
import IXHTTPPipeline
import IXPipelines
import IXPrograms
import IXTelemetry
import Logging
import Synchronization

/// `SwiftPipelines` holds the pipelines that the program itself brings, by their use cases.
enum SwiftPipelines {
    private static let pipelines = Mutex<[String: any Pipeline]>([:])

    /// The registered pipelines; empty in a program without pipelines of its own.
    static var registered: [String: any Pipeline] { pipelines.withLock { $0 } }

    /// Replaces the registered pipelines. Called once, before the command runs.
    static func register(_ brought: [String: any Pipeline]) { pipelines.withLock { $0 = brought } }
}

/// Creates pipelines from the configuration. A reload keeps pipelines whose configuration is unchanged, so that warm
/// processes and connections survive.
final class PipelineAssembly: Sendable {
    private struct Made {
        let configuration: PipelineConfiguration
        let runner: any PipelineRunner
    }

    private let environment: [String: String]
    private let children: ChildRegistry?
    private let groups: ControlGroups?
    private let walls: Walls
    private let meters: ProgramMeters?
    private let logger: Logger
    private let brought: [String: SwiftPipeline]
    private let made = Mutex<[String: Made]>([:])

    /// - Parameters:
    ///   - children: Records programs while they run; nil for no record.
    ///   - walls: Isolates programs from files of the daemon.
    ///   - groups: Control groups for the processes of a run; nil when the machine provides none.
    ///   - meters: Counts the programs; nil for none.
    init(
        environment: [String: String], children: ChildRegistry?, walls: Walls = .plain, groups: ControlGroups? = nil,
        meters: ProgramMeters? = nil, logger: Logger, brought: [String: any Pipeline] = SwiftPipelines.registered
    ) {
        self.environment = environment
        self.children = children
        (self.walls, self.groups) = (walls, groups)
        (self.meters, self.logger) = (meters, logger)
        self.brought = brought.mapValues { SwiftPipeline($0) }
    }

    /// Returns the pipelines of the configuration. A pipeline no longer needed is closed after its jobs have ended.
    ///
    /// Failure: throws `InvalidInput` naming the pipeline's key; nothing has changed then.
    func registry(for configuration: Configuration) throws(InvalidInput) -> PipelineRegistry {
        let old = made.withLock { $0 }
        var next: [String: Made] = [:]
        for (name, entry) in configuration.pipelines {
            if let kept = old[name], kept.configuration == entry {
                next[name] = kept
            } else {
                next[name] = Made(configuration: entry, runner: try runner(entry))
            }
        }
        made.withLock { $0 = next }
        let replaced = old.filter { next[$0.key]?.configuration != $0.value.configuration }
        // A pipeline that the program brought outlives its settings.
        for left in replaced.values where !(left.runner is SwiftPipeline) { Task { await left.runner.close() } }
        logUnlimited(configuration)
        return register(next, configuration)
    }

    private func logUnlimited(_ configuration: Configuration) {
        let names = configuration.pipelines.filter { _, entry in
            guard let limits = entry.program.map(ProcessLimits.init) else { return false }
            return !(groups?.holds(limits) ?? !limits.holdTogether)
        }.keys.sorted()
        guard !names.isEmpty else { return }
        logger.log(.pipelineUnlimited, ["pipelines": "\(names.joined(separator: ", "))"])
    }

    /// Prepares what the pipelines keep ready. Not for a configuration that is only checked.
    func prepare() {
        for one in made.withLock({ Array($0.values) }) { one.runner.prepare() }
        for one in brought.values { one.prepare() }
    }

    /// Ends warm processes and connections. Returns after all of them have ended.
    func close() async {
        let runners = made.withLock { made in
            defer { made = [:] }
            return made.values.map(\.runner).filter { !($0 is SwiftPipeline) } + brought.values.map { $0 }
        }
        await withTaskGroup(of: Void.self) { group in
            for runner in runners { group.addTask { await runner.close() } }
        }
    }

    private func register(_ made: [String: Made], _ configuration: Configuration) -> PipelineRegistry {
        // A producer could block workers with `sleep` and raise alerts with `fail`. Beside real pipelines, `sleep` and
        // `fail` therefore exist only when the configuration names them.
        var registry = PipelineRegistry(
            timeout: configuration.pipeline.requestTimeout, drills: made.isEmpty && brought.isEmpty)
        for (name, pipeline) in brought {
            registry.register(pipeline, as: name, grace: configuration.pipeline.killGrace / 3)
        }
        for (name, one) in made {
            let entry = one.configuration
            let retry = entry.retry.map {
                RetryPolicy(codes: $0.codes, starts: $0.starts, pause: $0.pause, longest: $0.longest)
            }
            registry.register(
                one.runner, as: name, timeout: entry.timeout, retry: retry, concurrency: entry.concurrency,
                breaker: .init(failures: entry.breaker.failures, pause: entry.breaker.pause), kind: entry.work.kind,
                grace: entry.grace)
        }
        return registry
    }

    /// Returns a pipeline of the configuration entry, which the caller closes.
    func runner(_ entry: PipelineConfiguration) throws(InvalidInput) -> any PipelineRunner {
        do {
            switch entry.work {
            case .echo: return EchoPipeline()
            case .sleep: return SleepPipeline()
            case .fail: return FailPipeline()
            case .swift: return try brought(entry.name)
            case .exec(let exec):
                return ExecPipeline(
                    try ExecSettings(exec, entry, variables(exec), meters?.pipeline(entry.name)), registry: children,
                    walls: walls)
            case .worker(let worker):
                let settings = try WarmSettings(
                    worker, entry, variables(worker.program), meters?.pipeline(entry.name))
                return WarmPipeline(settings, registry: children, walls: walls, logger: logger)
            case .http(let http):
                return HTTPPipeline(try HTTPSettings(http), userAgent: "ix-worker/\(Version.number)")
            }
        } catch {
            throw InvalidInput("pipelines.\(entry.name).\(error.field)", error.reason)
        }
    }

    /// Returns the daemon's variables for a program, without a `HOME` which the program can't use. The program then
    /// gets its private directory, or its user's home.
    private func variables(_ exec: ExecConfiguration) -> [String: String] {
        guard let home = environment["HOME"], exec.user != nil || (exec.hidesSecrets && walls.hides(home)) else {
            return environment
        }
        return environment.filter { $0.key != "HOME" }
    }

    private func brought(_ name: String) throws(InvalidInput) -> any PipelineRunner {
        guard let pipeline = brought[name] else {
            let names = brought.keys.sorted().joined(separator: ", ")
            throw InvalidInput(
                "kind", "this program has no pipeline of that name; its pipelines: \(names.isEmpty ? "none" : names)")
        }
        return pipeline
    }
}

extension PipelineConfiguration {
    /// The time for a stopped run to end. A program is killed at the end of its grace. Swift code can't be killed, and
    /// has a third of the time to notice the cancellation, because nothing happens afterwards.
    fileprivate var grace: Duration {
        if case .swift = work { return killGrace / 3 }
        return killGrace + .seconds(5)
    }

    /// The settings of the pipeline's programs; nil for a kind without programs.
    fileprivate var program: ExecConfiguration? {
        switch work {
        case .exec(let exec): exec
        case .worker(let worker): worker.program
        default: nil
        }
    }
}

extension ProcessLimits {
    fileprivate init(_ exec: ExecConfiguration) {
        self.init(
            memoryBytes: exec.memoryMiB.map { $0 << 20 }, cpuSeconds: exec.cpuSeconds,
            fileBytes: exec.fileMiB.map { $0 << 20 }, processes: exec.processes, openFiles: exec.openFiles,
            totalMemoryBytes: exec.totalMemoryMiB.map { $0 << 20 }, totalProcessorPercent: exec.totalProcessorPercent)
    }
}

extension ExecSettings {
    fileprivate init(
        _ exec: ExecConfiguration, _ pipeline: PipelineConfiguration, _ daemon: [String: String],
        _ meters: PipelineMeters?
    ) throws(InvalidInput) {
        try self.init(
            command: exec.command, environment: exec.environment.mapValues(\.text),
            passEnvironment: exec.passEnvironment, timeout: pipeline.timeout, killGrace: pipeline.killGrace,
            limits: ProcessLimits(exec),
            retryExitCodes: exec.retryExitCodes, hidesSecrets: exec.hidesSecrets,
            user: try exec.user.map { name throws(InvalidInput) in try ProgramUser(named: name) }, daemon: daemon)
        self.meters = meters
    }
}

extension WarmSettings {
    fileprivate init(
        _ worker: WarmConfiguration, _ pipeline: PipelineConfiguration, _ daemon: [String: String],
        _ meters: PipelineMeters?
    ) throws(InvalidInput) {
        try self.init(
            program: ExecSettings(worker.program, pipeline, daemon, meters), startTimeout: worker.startTimeout,
            maxJobs: worker.maxJobs, maxAge: worker.maxAge, recycleBytes: worker.recycleMiB.map { $0 << 20 },
            minProcesses: worker.minProcesses, idleTime: worker.idleTime, freshDirectory: worker.freshDirectory)
    }
}

extension HTTPSettings {
    fileprivate init(_ http: HTTPConfiguration) throws(InvalidInput) {
        try self.init(
            url: http.url, headers: http.headers.mapValues(\.text), requestMember: http.requestMember,
            responseMember: http.responseMember, signingSecrets: http.signingSecret?.text,
            caFile: http.caFile, clientCertificate: http.clientCertificate, clientKey: http.clientKey, proxy: http.proxy
        )
    }
}
