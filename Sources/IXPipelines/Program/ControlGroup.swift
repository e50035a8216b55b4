internal import Glibc

/// One child's control group: whatever it starts is in it and can't leave it.
struct ControlGroup {
    private static let period = 100_000
    private static let tries = 200
    /// Microseconds between two tries to remove a group whose processes are about to be gone.
    private static let pause: UInt32 = 5000

    let path: String
    /// Where a process writes 0 to join.
    let entrance: Int32

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
            ControlGroups.write("\(bytes)", to: path + "/memory.max")
            ControlGroups.write("0", to: path + "/memory.swap.max")
            // All of them or none: half a program answers nothing.
            ControlGroups.write("1", to: path + "/memory.oom.group")
        }
        if let percent = limits.totalProcessorPercent, controllers.contains("cpu") {
            ControlGroups.write("\(percent * Self.period / 100) \(Self.period)", to: path + "/cpu.max")
        }
    }

    /// The child is in it, or was never started.
    func closeEntrance() { close(entrance) }

    /// KILL to everything in it.
    func kill() { ControlGroups.write("1", to: path + "/cgroup.kill") }

    /// Ends what is in it and takes it away.
    func end() { Self.end(path) }

    static func end(_ path: String) {
        ControlGroups.write("1", to: path + "/cgroup.kill")
        for _ in 0..<tries where rmdir(path) != 0 && errno == EBUSY { usleep(pause) }
    }
}
