import CCloseFrom
import Glibc
import Synchronization

/// The start of a child: default signals, three descriptors, and no other inherited descriptor.
struct Spawn {
    let path: String
    let arguments: [String]
    let environment: [String: String]
    let input: Int32
    let output: Int32
    let errors: Int32
    let ownsGroup: Bool

    /// Held while a pipe is created and marked close-on-exec, and while a child starts.
    private static let descriptors = Mutex(())

    func start() throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in [input, output, errors].enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
        }
        // Descriptors are closed in the child, because another thread may open a descriptor meanwhile.
        ix_close_from(&actions, 3)
        var attributes = posix_spawnattr_t()
        prepare(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        let words = ([path] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup($0.key + "=" + $0.value) } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var pid: pid_t = 0
        let code = Self.descriptors.withLock { _ in
            posix_spawn(&pid, path, &actions, &attributes, words, variables)
        }
        guard code == 0 else { throw TestFailure("\(path) did not start: \(String(cString: strerror(code)))") }
        return pid
    }

    /// Creates a pipe whose ends no other child inherits.
    static func makePipe() throws -> (read: Int32, write: Int32) {
        try descriptors.withLock { _ in
            var ends: [Int32] = [0, 0]
            guard pipe(&ends) == 0 else { throw TestFailure("no descriptors are left") }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }  // ignored: fcntl can't fail on a new descriptor
            return (ends[0], ends[1])
        }
    }

    /// Unblocks all signals and resets all handlers in the child, whatever the test runner has set.
    private func prepare(_ attributes: inout posix_spawnattr_t) {
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_init(&attributes)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        let group = ownsGroup ? POSIX_SPAWN_SETPGROUP : 0
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | group))
    }
}
