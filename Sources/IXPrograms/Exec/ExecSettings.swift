package import IXCore
internal import IXPipelines
package import IXTelemetry

/// `ExecSettings` are the settings of a program that runs as a pipeline: `[pipelines.NAME]` with `kind = "exec"`.
package struct ExecSettings: Sendable, Equatable {
    /// The program and its arguments. The program is an absolute path, or a name found in the child's `PATH`. No shell
    /// is involved.
    package let command: [String]
    /// Variables set for the child, over the clean set.
    package let environment: [String: String]
    /// Names of variables that are passed on from the daemon's environment when the daemon has them.
    package let passEnvironment: [String]
    /// The longest time that a run may take; the engine then cancels the run.
    package let timeout: Duration
    /// The time between TERM and KILL for a cancelled child.
    package let killGrace: Duration
    /// The limits on each process of the run, and on all processes of the run together.
    package let limits: ProcessLimits
    /// Exit statuses that ask for another attempt, in place of their usual meaning. Exit status 0 keeps its meaning.
    package let retryExitCodes: Set<Int32>
    /// True when files of the daemon are hidden from the program; the program then also loses the right to mount.
    package let hidesSecrets: Bool
    /// The user that the program runs as; nil: the daemon's user.
    package let user: ProgramUser?
    /// The directory in which each run gets its private directory.
    package let workingRoot: String

    /// Counts the programs of the pipeline; nil for none.
    package var meters: PipelineMeters?

    /// The variables taken over from the daemon, chosen once when the settings are made.
    private let inherited: [String: String]

    /// The part of a run's environment that the settings give.
    var base: JobEnvironment.Base {
        JobEnvironment.Base(inherited: inherited, environment: environment, home: user?.home)
    }

    /// Checks the settings of a pipeline.
    ///
    /// - Parameters:
    ///   - workingRoot: absolute; when nil, the daemon's `RUNTIME_DIRECTORY`, else its `TMPDIR`, else `/tmp`.
    ///   - daemon: the daemon's own environment; a child sees only its `HOME`, its `TZ` and the names in
    ///     `passEnvironment`.
    /// - Throws: `InvalidInput` that names the setting. Variables with the daemon's own secrets and sockets can't be
    ///   passed on: `IX_*`, `PG*`, `NOTIFY_SOCKET`, `CREDENTIALS_DIRECTORY`, `LISTEN_*`, `WATCHDOG_*`.
    package init(
        command: [String], environment: [String: String] = [:], passEnvironment: [String] = [], timeout: Duration,
        killGrace: Duration = .seconds(10), limits: ProcessLimits = ProcessLimits(),
        retryExitCodes: Set<Int32> = [], hidesSecrets: Bool = true, user: ProgramUser? = nil,
        workingRoot: String? = nil, daemon: [String: String]
    ) throws(InvalidInput) {
        self.command = try Self.validated(command: command)
        self.environment = try JobEnvironment.validated(additions: environment)
        self.passEnvironment = try JobEnvironment.validated(passed: passEnvironment)
        guard timeout > .zero else { throw InvalidInput("timeout", "must be above 0") }
        guard killGrace >= .zero else { throw InvalidInput("kill_grace", "must not be negative") }
        self.timeout = timeout
        self.killGrace = killGrace
        self.limits = try limits.validated()
        self.retryExitCodes = retryExitCodes
        (self.hidesSecrets, self.user) = (hidesSecrets, user)
        self.workingRoot = try Self.validated(root: workingRoot ?? PrivateDirectory.root(in: daemon))
        inherited = JobEnvironment.inherited(from: daemon, passing: passEnvironment)
    }

    private static func validated(command: [String]) throws(InvalidInput) -> [String] {
        guard let program = command.first, !program.isEmpty else { throw InvalidInput("command", "is empty") }
        guard program.utf8.first == UInt8(ascii: "/") || !program.utf8.contains(UInt8(ascii: "/")) else {
            throw InvalidInput("command", "starts with a relative path; must be an absolute path or a name")
        }
        guard !command.contains(where: { $0.utf8.contains(0) }) else {
            throw InvalidInput("command", "holds a NUL character")
        }
        return command
    }

    private static func validated(root: String) throws(InvalidInput) -> String {
        guard root.utf8.first == UInt8(ascii: "/"), !root.utf8.contains(0) else {
            throw InvalidInput("working_root", "must be an absolute path")
        }
        return root
    }
}
