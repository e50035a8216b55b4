internal import CSpawn
internal import Glibc
internal import IXPipelines
internal import SystemPackage

/// `ChildProcess` is a program started in its own session.
///
/// Requires: the owner calls `reap` after the process has ended.
struct ChildProcess {
    let number: pid_t
    /// The process's pidfd, readable once the process has ended; -1 where the kernel has no pidfd.
    let descriptor: Int32
    /// The control group of the process and its descendants; nil where the machine offers none.
    let group: ControlGroup?

    /// Starts the command with `ends` as its descriptors 0, 1 and 2. Blocks until the program's first instruction, or
    /// until the start has failed.
    ///
    /// Guarantees: from the first instruction on, signals have their defaults, no further descriptor is open, and the
    /// limits apply. The program can't reach the daemon, as far as `walls` hold.
    /// Failure: throws `StartFailure`; no process is left then.
    init(
        _ command: [String], variables: [String: String], directory: String, ends: [Int32], limits: ProcessLimits,
        walls: Walls = .plain, user: ProgramUser? = nil, groups: ControlGroups? = nil
    ) throws(StartFailure) {
        let program: String
        do { program = try Self.path(of: command[0], variables["PATH"] ?? "") } catch { throw StartFailure(error) }
        let group = groups?.make(limits)
        let entrance = group?.entrance ?? -1
        defer { group?.closeEntrance() }
        var (number, descriptor) = (pid_t(0), Int32(-1))
        let entries = variables.map { "\($0)=\($1)" }
        var failure: Int32 = 0
        OrphanReaper.owning {
            failure = Self.withStrings(command) { arguments in
                Self.withStrings(entries) { environment in
                    var limits = limits.values
                    return walls.with(directory) { walls in
                        var walls = walls
                        return Self.withIdentity(user) { identity in
                            ix_spawn(
                                program, arguments, environment, directory, ends, &limits, &walls, identity, entrance,
                                &number, &descriptor)
                        }
                    }
                }
            }
            return failure == 0 ? number : nil
        }
        guard failure == 0 else {
            group?.end()
            throw StartFailure(Errno(rawValue: failure), program: program)
        }
        (self.number, self.descriptor, self.group) = (number, descriptor, group)
    }

    init(number: pid_t, descriptor: Int32) { (self.number, self.descriptor, group) = (number, descriptor, nil) }

    /// Reaps the process and removes its control group. Requires: the process has ended.
    func reap() {
        ChildExit.reap(number)
        if descriptor >= 0 { close(descriptor) }
        group?.end()
    }

    /// Returns the path of `program`. A name without a slash is searched in the child's own `PATH`.
    private static func path(of program: String, _ folders: String) throws(Errno) -> String {
        guard !program.contains("/") else { return program }
        var failure = Errno.noSuchFileOrDirectory
        for folder in folders.split(separator: ":") {
            let path = "\(folder)/\(program)"
            if access(path, X_OK) == 0 { return path }
            if errno == EACCES { failure = .permissionDenied }
        }
        throw failure
    }

    private static func withIdentity<Result>(
        _ user: ProgramUser?, _ body: (UnsafePointer<ix_identity>?) -> Result
    ) -> Result {
        guard let user else { return body(nil) }
        return user.withIdentity { body($0) }
    }

    private static func withStrings<Result>(
        _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        let copies = texts.map { strdup($0) } + [nil]
        defer { copies.forEach { free($0) } }
        return copies.withUnsafeBufferPointer { body($0.baseAddress!) }
    }
}

/// `ProcessGroup` is a child with the child's descendants, named by the group and session that the child leads.
///
/// Requires: the child hasn't been reaped, because the kernel may then give its number to another process.
struct ProcessGroup {
    let leader: pid_t

    /// Sends TERM to the whole group, then CONT, because a stopped process receives TERM only after it continues.
    func terminate() {
        Glibc.kill(-leader, SIGTERM)
        Glibc.kill(-leader, SIGCONT)
    }

    /// Sends KILL to the whole group. `OrphanedProcesses` ends processes that left the group.
    func kill() { Glibc.kill(-leader, SIGKILL) }
}
