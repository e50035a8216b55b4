internal import Glibc
internal import IXConfig

/// The state directory can be written and has room: without it no program is started, and a start after a crash waits for
/// the lease.
struct StateCheck: Check {
    let needs = Need.nothing
    /// Less than this is soon used up by an embedded file or a neighbour.
    private static let little = 64 << 20

    func findings(_ patient: Patient) async -> [Finding] {
        let path = patient.configuration.worker.stateDirectory
        guard access(path, W_OK | X_OK) == 0 else {
            return [
                .warning(
                    "state", "\(path): \(String(cString: strerror(errno)))",
                    "is this the daemon's user? Without it no program is started, and after a crash jobs wait for the lease"
                )
            ]
        }
        return [room(path)]
    }

    private func room(_ path: String) -> Finding {
        var system = statvfs()
        guard statvfs(path, &system) == 0 else { return .ok("state", "\(path) can be written") }
        // As much as is there for users who aren't root.
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
