internal import Glibc

/// What a child leaves behind: processes of its session that moved to another group, and processes that moved to
/// another session but still carry the run's mark in their environment.
struct Leftovers {
    private static let rounds = 10

    let leader: pid_t
    /// An environment entry, `NAME=value`, that no other process has.
    let mark: String
    /// Sessions that started before the child may have higher numbers only when numbers have wrapped since.
    let anySession: Bool

    /// Ends them all; again until none is new, because what is being ended may still start another.
    func kill() {
        ProcessGroup(leader: leader).kill()
        var ended: Set<pid_t> = []
        for _ in 0..<Self.rounds {
            let found = Self.processes().filter { !ended.contains($0) && belongs($0) }
            if found.isEmpty { return }
            found.forEach(Self.kill)
            ended.formUnion(found)
        }
    }

    private func belongs(_ process: pid_t) -> Bool {
        let session = getsid(process)
        guard session > 0, process != leader else { return false }
        if session == leader { return true }
        guard anySession || session > leader, session != getsid(0) else { return false }
        return Self.environment(of: process, holds: mark)
    }

    private static func kill(_ process: pid_t) {
        let group = getpgid(process)
        if group > 1, group != getpgrp() { Glibc.kill(-group, SIGKILL) }
        Glibc.kill(process, SIGKILL)
    }

    private static func processes() -> [pid_t] {
        let directory = DirectoryEntries.open("/proc")
        guard directory >= 0 else { return [] }
        var found: [pid_t] = []
        DirectoryEntries.forEach(in: directory) { name in
            let number = atoi(name)
            if number > 1, number != getpid() { found.append(number) }
        }
        return found
    }

    private static func environment(of process: pid_t, holds mark: String) -> Bool {
        let file = open("/proc/\(process)/environ", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = read(file, &bytes, bytes.count)
        guard count > 0 else { return false }
        return bytes[..<count].split(separator: 0).contains { $0.elementsEqual(mark.utf8) }
    }
}
