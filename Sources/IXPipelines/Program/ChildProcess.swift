internal import CSpawn
internal import Glibc
internal import SystemPackage

/// A program that was started in a session of its own; whoever holds it reaps it.
struct ChildProcess {
    let number: pid_t
    /// Readable once it has ended; -1 where the kernel has no such thing.
    let descriptor: Int32
    /// What holds it and all it starts, where the machine has such a thing.
    let group: ControlGroup?

    /// Starts the command with `ends` as its 0, 1 and 2. Blocks until its first instruction, or the reason why not.
    ///
    /// Guarantees: default signals, nothing else open, the limits in force from the first instruction on; it can't reach
    /// the daemon as far as `walls` hold.
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

    /// Takes it out of the process table. Requires: it has ended.
    func reap() {
        ChildExit.reap(number)
        if descriptor >= 0 { close(descriptor) }
        group?.end()
    }

    /// A name is looked for where the child would look.
    private static func path(of program: String, _ places: String) throws(Errno) -> String {
        guard !program.contains("/") else { return program }
        var failure = Errno.noSuchFileOrDirectory
        for place in places.split(separator: ":") {
            let path = "\(place)/\(program)"
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
