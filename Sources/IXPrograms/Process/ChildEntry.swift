internal import FoundationEssentials
internal import Glibc
internal import IXPipelines

/// `ChildEntry` is a child's record in the registry. The record holds the child's number, its start time, the machine's
/// boot, the run, and the private directory. Start time and boot tell the child from a later process with a reused
/// number. The directory's name is in the environment of the run's processes only.
struct ChildEntry {
    /// The child's process number; nil before the start.
    private let child: pid_t?
    private let start: UInt64
    /// The origin of the registry at the time of the record.
    let origin: String
    /// The job and its attempt, or `worker` for a warm process; nil in files of an older version.
    let run: String?
    private let home: PrivateDirectory

    private static let timeout = Duration.seconds(2)
    /// Microseconds between two checks for the process's end.
    private static let pause: UInt32 = 2000

    /// Creates the record of a child that will be started next.
    init(_ home: PrivateDirectory, run: String, origin: String) {
        (child, start, self.origin, self.run, self.home) = (nil, 0, origin, run, home)
    }

    /// Creates the record of a started child; nil when the child has already ended.
    init?(_ child: pid_t, _ home: PrivateDirectory, run: String, origin: String) {
        guard let start = ProcessTable.start(of: child) else { return nil }
        (self.child, self.start, self.origin, self.run, self.home) = (child, start, origin, run, home)
    }

    /// Reads the record in the file at `path`; nil when the file holds no valid record.
    init?(path: String) {
        guard let bytes = ProcessTable.read(path, limit: 8192) else { return nil }
        let line = bytes.prefix { $0 != 0x0A }
        let words = String(decoding: line, as: UTF8.self).split(separator: " ", maxSplits: 3)
        guard words.count == 4, let child = pid_t(words[0]), child != 1, child >= 0, let start = UInt64(words[1])
        else { return nil }
        (self.child, self.start, origin) = (child == 0 ? nil : child, start, String(words[2]))
        let hasRun = !words[3].hasPrefix("/")
        let rest = words[3].split(separator: " ", maxSplits: hasRun ? 1 : 0)
        guard let home = rest.last, rest.count == (hasRun ? 2 : 1) else { return nil }
        run = hasRun ? String(rest[0]) : nil
        self.home = PrivateDirectory(path: String(home))
    }

    var text: String { "\(child ?? 0) \(start) \(origin) \(run ?? "-") \(home.path)" }

    /// Ends the child, its group and all processes with the run's mark. Returns true when such a process was still
    /// running. Requires: the record was written on this machine during the current start of the machine.
    func end() -> Bool {
        let wasAlive = isAlive
        // The child's number may have been reused; then only processes that carry the run's mark are ended.
        let ended = OrphanedProcesses(leader: child ?? 0, mark: home.mark, isOld: true, ownsSession: wasAlive).kill()
        let end = ContinuousClock.now + Self.timeout
        while isAlive, ContinuousClock.now < end { usleep(Self.pause) }
        return wasAlive || ended > 0
    }

    private var isAlive: Bool { child.map { ProcessTable.start(of: $0) == start } ?? false }

    /// Removes the run's private directory.
    func tidy() {
        // ignored: leftover files lie in a directory for temporary files
        if home.isOurs { _ = home.remove() }
    }
}
