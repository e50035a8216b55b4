internal import Glibc
internal import IXConfig

/// The state directory can be written: without it a start after a crash waits for the lease.
struct StateCheck: Check {
    let needs = Need.nothing

    func findings(_ patient: Patient) async -> [Finding] {
        let path = patient.configuration.worker.stateDirectory
        if access(path, W_OK | X_OK) == 0 { return [.ok("state", "\(path) can be written")] }
        let reason = String(cString: strerror(errno))
        return [
            .warning(
                "state", "\(path): \(reason)",
                "is this the daemon's user? After a crash its jobs wait for the lease instead of starting at once")
        ]
    }
}
