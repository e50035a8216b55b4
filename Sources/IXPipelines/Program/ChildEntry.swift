internal import FoundationEssentials
internal import Glibc

/// A child as it is written down: its number with all that tells it from a later process of the same number.
struct ChildEntry {
    let child: pid_t
    private let boot: String
    private let start: UInt64
    private let home: PrivateDirectory

    private static let patience = Duration.seconds(2)
    /// Microseconds between two looks whether a process is gone.
    private static let pause: UInt32 = 2000

    /// Nil when the child has ended already.
    init?(_ child: pid_t, _ home: PrivateDirectory) {
        guard let start = ProcessTable.start(of: child) else { return nil }
        (self.child, self.start, self.home, boot) = (child, start, home, ProcessTable.bootID)
    }

    /// As it was written to the file at `path`.
    init?(path: String) {
        guard let bytes = ProcessTable.read(path, limit: 4096) else { return nil }
        let line = bytes.prefix { $0 != 0x0A }
        let words = String(decoding: line, as: UTF8.self).split(separator: " ", maxSplits: 3)
        guard words.count == 4, let child = pid_t(words[0]), child > 1, let start = UInt64(words[1]) else { return nil }
        (self.child, self.start, boot) = (child, start, String(words[2]))
        home = PrivateDirectory(path: String(words[3]))
    }

    var text: String { "\(child) \(start) \(boot) \(home.path)" }

    /// Ends the child, its group and all that carries its mark; whether the child still ran.
    func end() -> Bool {
        guard boot == ProcessTable.bootID else { return false }
        let isAlive = ProcessTable.start(of: child) == start
        // Of a number that was given anew only what carries the run's own mark is ours.
        Leftovers(leader: child, mark: home.mark, isOld: true, ownsSession: isAlive).kill()
        let end = ContinuousClock.now + Self.patience
        while ProcessTable.start(of: child) == start, ContinuousClock.now < end { usleep(Self.pause) }
        return isAlive
    }

    /// Removes the run's private directory.
    func tidy() {
        // ignored: what is left lies where temporary files do
        if home.isOurs { _ = home.remove() }
    }
}
