internal import Glibc
internal import IXPipelines

/// `ControlGroup` is a child's control group. Every process that the child starts is in the group and can't leave the
/// group.
struct ControlGroup {
    private static let period = 100_000
    private static let tries = 200
    /// Microseconds between two tries to remove a group, whose processes need a moment to end.
    private static let pause: UInt32 = 5000

    let path: String
    /// The open `cgroup.procs`, in which a process writes 0 to join the group.
    let entrance: Int32

    /// Creates the group and applies the limits. Nil when the group can't be created; a limit that the kernel refuses
    /// is left out.
    init?(path: String, limits: ProcessLimits, controllers: Set<String>) {
        guard mkdir(path, 0o755) == 0 else { return nil }
        entrance = open(path + "/cgroup.procs", O_WRONLY | O_CLOEXEC)
        self.path = path
        guard entrance >= 0 else {
            rmdir(path)
            return nil
        }
        apply(limits, controllers)
    }

    private func apply(_ limits: ProcessLimits, _ controllers: Set<String>) {
        if let bytes = limits.totalMemoryBytes, controllers.contains("memory") {
            Self.write("\(bytes)", to: path + "/memory.max")
            Self.write("0", to: path + "/memory.swap.max")
            // The kernel kills all processes of the group together, because a program that lost a part of its processes
            // can't answer.
            Self.write("1", to: path + "/memory.oom.group")
        }
        if let percent = limits.totalProcessorPercent, controllers.contains("cpu") {
            Self.write("\(percent * Self.period / 100) \(Self.period)", to: path + "/cpu.max")
        }
    }

    /// Closes the descriptor after the child has joined the group or failed to start.
    func closeEntrance() { close(entrance) }

    /// Sends KILL to all processes in the group.
    func kill() { Self.write("1", to: path + "/cgroup.kill") }

    /// Ends all processes in the group and removes the group, trying for up to 1 s.
    func end() { Self.end(path) }

    static func end(_ path: String) {
        Self.write("1", to: path + "/cgroup.kill")
        for _ in 0..<tries where rmdir(path) != 0 && errno == EBUSY { usleep(pause) }
    }

    /// Writes a file of the group. Returns false when the kernel refuses.
    @discardableResult
    static func write(_ text: String, to path: String) -> Bool {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        let bytes = Array(text.utf8)
        return Glibc.write(file, bytes, bytes.count) == bytes.count
    }
}
