internal import CSpawn
internal import Glibc
internal import IXPipelines
internal import Synchronization

/// `Walls` separates a program from the daemon whose user the program runs as: hides files, and blocks access to
/// processes.
///
/// Every start shares the current ruleset. A new ruleset is made only after a change of the mounts or of a folder on
/// the way to a hidden path.
///
/// Concurrency: safe from any thread.
/// Failure: protection that the kernel lacks is left out, and programs start nevertheless; `faults` reports the gaps.
package final class Walls: Sendable {
    private struct State {
        var ruleset: Ruleset?
        var stamps: [Stamp] = []
        var seen: [String: ino_t] = [:]
        var generation = 0
        var lookedAt = ContinuousClock.now
    }

    /// The last change of a folder's list of names.
    private struct Stamp: Equatable {
        var inode: ino_t = 0
        var seconds = 0
        var nanoseconds = 0
    }

    private let version: Int32
    private let filters: Bool
    private let paths: HiddenPaths
    private let readOnly: [String]
    private let mounts: Int32
    private let state = Mutex(State())

    /// Creates the walls; the first start makes the ruleset.
    ///
    /// - Parameters:
    ///   - paths: absolute paths to hide, as in `HiddenPaths`.
    ///   - starts: files to hide together with the files beside each file whose names begin with the file's name, as in
    ///     `HiddenPaths`.
    ///   - readOnly: folders that programs may read and not change.
    ///   - home: the home of the daemon's user.
    package convenience init(
        hiding paths: [String] = [], starts: [String] = [], readOnly: [String] = [], home: String? = nil
    ) {
        self.init(HiddenPaths(paths, starts: starts, home: home), readOnly: readOnly)
    }

    /// Creates the walls. `version` is Landlock's version, nil for the kernel's. With `filters` false, a start applies
    /// no protection at all, the ruleset included.
    init(_ hidden: HiddenPaths, readOnly: [String] = [], version: Int32? = nil, filters: Bool = true) {
        self.version = version ?? ix_landlock_version()
        self.filters = filters
        paths = hidden
        self.readOnly = hidden.way.isEmpty ? [] : readOnly
        mounts = hidden.way.isEmpty ? -1 : open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC)
    }

    deinit { if mounts >= 0 { close(mounts) } }

    /// Walls without any protection.
    static let none = Walls(HiddenPaths([], home: nil), version: 0, filters: false)
    /// Walls that hide no file, and keep the daemon's process out of reach.
    package static let plain = Walls()

    /// Calls `body` with the walls for a program whose private directory is `directory`. The walls are valid only
    /// during the call.
    func with<Result>(_ directory: String, _ body: (ix_walls) -> Result) -> Result {
        let ruleset = paths.contain(directory) ? fresh(directory) : current()
        return withExtendedLifetime(ruleset) {
            body(
                ix_walls(
                    ruleset: ruleset?.descriptor ?? -1, scopes_signals: ruleset?.scopesSignals == true ? 1 : 0,
                    filters: filters ? 1 : 0))
        }
    }

    /// The generation of the current ruleset. The number grows when a process of an earlier generation may have lost
    /// access to a file. The folders are examined at most once per second.
    var generation: Int {
        let isNew = state.withLock { ContinuousClock.now - $0.lookedAt < .seconds(1) && $0.ruleset != nil }
        return isNew ? state.withLock(\.generation) : current()?.generation ?? 0
    }

    private func current() -> Ruleset? {
        state.withLock { state in
            state.lookedAt = .now
            let stamps = paths.way.map { Self.stamp(of: $0.path) }
            if let ruleset = state.ruleset, stamps == state.stamps, !haveMountsChanged { return ruleset }
            var builder = RulesetBuilder(version: version, hidden: paths, readOnly: readOnly)
            let descriptor = builder.build()
            let replaced = builder.seen.contains { path, inode in state.seen[path].map { $0 != inode } ?? false }
            if replaced { state.generation += 1 }
            (state.stamps, state.seen) = (Self.reliable(stamps), builder.seen)
            state.ruleset = descriptor < 0 ? nil : make(descriptor, state.generation)
            return state.ruleset
        }
    }

    private func make(_ descriptor: Int32, _ generation: Int) -> Ruleset {
        Ruleset(
            descriptor: descriptor, scopesSignals: version >= IX_LANDLOCK_SIGNALS, generation: generation)
    }

    /// Makes a ruleset with a rule for a private directory in a hidden path. The ruleset is not cached.
    private func fresh(_ directory: String) -> Ruleset? {
        var builder = RulesetBuilder(version: version, hidden: paths, readOnly: readOnly)
        let descriptor = builder.build(own: directory)
        return descriptor < 0 ? nil : make(descriptor, 0)
    }

    private var haveMountsChanged: Bool {
        guard mounts >= 0 else { return false }
        var event = pollfd(fd: mounts, events: Int16(POLLPRI), revents: 0)
        return poll(&event, 1, 0) > 0
    }

    private static func stamp(of path: String) -> Stamp {
        var status = stat()
        guard stat(path, &status) == 0 else { return Stamp() }
        return Stamp(inode: status.st_ino, seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    }

    /// Returns the stamps, with recent stamps emptied. File times advance only every few milliseconds, on some systems
    /// every 1 s or 2 s. So a folder that changed just now may change again under an equal stamp, and is examined
    /// again.
    private static func reliable(_ stamps: [Stamp]) -> [Stamp] {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return stamps.map { stamp in
            let age = (now.tv_sec - stamp.seconds) * 1_000_000_000 + now.tv_nsec - stamp.nanoseconds
            return abs(age) < (stamp.nanoseconds == 0 ? 2_000_000_000 : 100_000_000) ? Stamp() : stamp
        }
    }
}

extension Walls {
    /// The gaps in the protection on this machine, in words for the operator; empty when every protection holds.
    package var faults: [String] {
        lacks
            + paths.open.map {
                "\($0.path) isn't hidden from programs, because programs can create files in \($0.folder)"
            }
    }

    /// The gaps that this machine's kernel causes: the part of `faults` without the open paths.
    package var lacks: [String] {
        var found: [String] = []
        if ix_has_filter() == 0 {
            found.append(
                "no system call filter (seccomp): a program can end the daemon by prlimit, or read its memory")
        }
        if version < IX_LANDLOCK_FILES {
            found.append("no Landlock of version 2 (Linux 5.19): programs can read the daemon's credentials and files")
        } else if version < IX_LANDLOCK_SIGNALS {
            found.append(
                "no Landlock of version 6 (Linux 6.12): only the system call filter keeps signals from the daemon")
        }
        return found
    }

    /// Returns true when programs can't see `path`.
    package func hides(_ path: String) -> Bool { version >= IX_LANDLOCK_FILES && paths.contain(path) }

    /// The paths that programs can't see; empty when the kernel lacks Landlock version 2.
    package var hidden: [String] { version >= IX_LANDLOCK_FILES ? paths.paths : [] }
}
