internal import Glibc
internal import IXConfig

/// `StateCheck` checks that the state directory is writable and has room. Otherwise the daemon starts no program, and a
/// start after a crash waits for the lease.
struct StateCheck: Check {
    let requires = Prerequisite.nothing
    /// The free space in bytes below which a warning is due. An embedded file or another program would soon use up
    /// less.
    private static let little = 64 << 20

    func findings(_ context: DoctorContext) async -> [Finding] {
        let path = context.configuration.worker.stateDirectory
        guard access(path, W_OK | X_OK) == 0 else {
            return [
                .warning(
                    "state", "\(path): \(String(cString: strerror(errno)))",
                    "run as the daemon's user; otherwise no program starts, and after a crash jobs wait for the lease"
                )
            ]
        }
        return [room(path)]
    }

    private func room(_ path: String) -> Finding {
        var system = statvfs()
        guard statvfs(path, &system) == 0 else { return .ok("state", "\(path) can be written") }
        // The space available to users other than root.
        let free = Int(clamping: system.f_bavail) * Int(clamping: system.f_frsize)
        let text = "\(path) can be written; \(Self.size(free)) free"
        let advice = "make room: on a full disk no program is started"
        if system.f_files > 0, system.f_favail == 0 { return .warning("state", "\(text), but no inode", advice) }
        return free < Self.little ? .warning("state", text, advice) : .ok("state", text)
    }

    private static func size(_ bytes: Int) -> String {
        bytes >= 10 << 30 ? "\(bytes >> 30) GiB" : bytes >= 10 << 20 ? "\(bytes >> 20) MiB" : "\(bytes >> 10) KiB"
    }
}
