public import IXCore

/// How a program runs as a pipeline: what `[pipelines.NAME]` says with `kind = "exec"`.
public struct ExecSettings: Sendable, Equatable {
    /// The program and its arguments: an absolute path, or a name found in the child's `PATH`. No shell is involved.
    public let command: [String]
    /// Variables set for the child, over the clean set.
    public let environment: [String: String]
    /// Variables handed on from the daemon's environment, where they are set.
    public let passEnvironment: [String]
    /// How long one run may take; the engine cancels it then.
    public let timeout: Duration
    /// How long a cancelled child may take between TERM and KILL.
    public let killGrace: Duration
    /// What each process of the run may use.
    public let limits: ProcessLimits
    /// Whether an exit status without a meaning of its own, or a signal, asks for another attempt instead of an error.
    public let retryOtherExits: Bool
    /// Exit statuses that ask for another attempt, whatever else they would mean.
    public let retryExitCodes: Set<Int32>
    /// Whether files of the daemon are hidden from the program, which takes the right to mount from it, too.
    public let hidesSecrets: Bool
    /// Whom it runs as; nil: the daemon's user.
    public let user: ProgramUser?
    /// The directory that holds the private directories of the runs.
    public let workingRoot: String

    /// The variables taken over from the daemon, settled here once.
    let inherited: [String: String]

    /// Checks the settings of one pipeline.
    ///
    /// - Parameters:
    ///   - workingRoot: absolute; when nil, the daemon's `RUNTIME_DIRECTORY`, else its `TMPDIR`, else `/tmp`.
    ///   - daemon: the daemon's own environment; of it a child sees `HOME`, `TZ` and what `passEnvironment` names.
    /// - Throws: `InvalidInput` that names the setting. Variables that hold the daemon's own secrets and sockets can't be
    ///   passed on: `IX_*`, `PG*`, `NOTIFY_SOCKET`, `CREDENTIALS_DIRECTORY`, `LISTEN_*`, `WATCHDOG_*`.
    public init(
        command: [String], environment: [String: String] = [:], passEnvironment: [String] = [], timeout: Duration,
        killGrace: Duration = .seconds(10), limits: ProcessLimits = ProcessLimits(), retryOtherExits: Bool = false,
        retryExitCodes: Set<Int32> = [], hidesSecrets: Bool = true, user: ProgramUser? = nil,
        workingRoot: String? = nil, daemon: [String: String]
    ) throws(InvalidInput) {
        self.command = try Self.validated(command: command)
        self.environment = try ExecEnvironment.validated(additions: environment)
        self.passEnvironment = try ExecEnvironment.validated(passed: passEnvironment)
        guard timeout > .zero else { throw InvalidInput("timeout", "is not a time above 0") }
        guard killGrace >= .zero else { throw InvalidInput("kill_grace", "is negative") }
        self.timeout = timeout
        self.killGrace = killGrace
        self.limits = try limits.validated()
        self.retryOtherExits = retryOtherExits
        self.retryExitCodes = retryExitCodes
        (self.hidesSecrets, self.user) = (hidesSecrets, user)
        self.workingRoot = try Self.validated(root: workingRoot ?? PrivateDirectory.root(in: daemon))
        inherited = ExecEnvironment.inherited(from: daemon, passing: passEnvironment)
    }

    private static func validated(command: [String]) throws(InvalidInput) -> [String] {
        guard let program = command.first, !program.isEmpty else { throw InvalidInput("command", "is empty") }
        guard program.utf8.first == UInt8(ascii: "/") || !program.utf8.contains(UInt8(ascii: "/")) else {
            throw InvalidInput("command", "starts with a relative path; an absolute one or a name is needed")
        }
        guard !command.contains(where: { $0.utf8.contains(0) }) else {
            throw InvalidInput("command", "holds a NUL character")
        }
        return command
    }

    private static func validated(root: String) throws(InvalidInput) -> String {
        guard root.utf8.first == UInt8(ascii: "/"), !root.utf8.contains(0) else {
            throw InvalidInput("working_root", "is not an absolute path")
        }
        return root
    }
}
