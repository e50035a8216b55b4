internal import Subprocess
internal import SystemPackage

/// Starts a program in a session of its own and waits for its end.
struct ChildProcess {
    private static let limiter = "/usr/bin/prlimit"

    private let configuration: Configuration
    private let ends: [FileDescriptor]

    init(_ settings: ExecSettings, _ preparation: RunPreparation) {
        let command = Self.command(settings)
        let program = command[0]
        var platform = PlatformOptions()
        // Nothing but the session: with more, spawning leaves posix_spawn for a path that can deadlock.
        platform.createSession = true
        configuration = Configuration(
            executable: program.hasPrefix("/") ? .path(FilePath(program)) : .name(program),
            arguments: Arguments(Array(command.dropFirst())),
            environment: .custom(Self.keyed(preparation.variables)),
            workingDirectory: FilePath(preparation.directory.path), platformOptions: platform)
        ends = preparation.streams.childEnds.map(FileDescriptor.init(rawValue:))
    }

    /// Returns once the child has ended, `whileRunning` has returned, and the child is reaped.
    ///
    /// - Parameter whileRunning: gets the child's number and its pidfd, both its own until it returns.
    /// - Throws: `SubprocessError` when nothing was started.
    func run(whileRunning: (pid_t, Int32) async -> Void) async throws {
        _ = try await Subprocess.run(
            configuration, input: .fileDescriptor(ends[0], closeAfterSpawningProcess: false),
            output: .fileDescriptor(ends[1], closeAfterSpawningProcess: false),
            error: .fileDescriptor(ends[2], closeAfterSpawningProcess: false)
        ) { execution in
            await whileRunning(execution.processIdentifier.value, execution.processIdentifier.processDescriptor)
        }
    }

    private static func keyed(_ variables: [String: String]) -> [Environment.Key: String] {
        Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0), $1) })
    }

    /// The command, behind one that limits its memory when there is a limit: it holds from the program's first
    /// instruction on, and for all it starts.
    private static func command(_ settings: ExecSettings) -> [String] {
        guard let memory = settings.memoryBytes else { return settings.command }
        return [limiter, "--as=\(memory)", "--"] + settings.command
    }
}
