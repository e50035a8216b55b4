internal import CSpawn
internal import Glibc
internal import IXPipelines

/// `Ruleset` is a Landlock ruleset, usable for any number of starts.
final class Ruleset: Sendable {
    let descriptor: Int32
    let scopesSignals: Bool
    /// The number of the ruleset. A process started under an earlier generation may have lost access to files that were
    /// replaced since.
    let generation: Int

    /// Owns `descriptor`, and closes it when the ruleset is no longer used.
    init(descriptor: Int32, scopesSignals: Bool, generation: Int) {
        (self.descriptor, self.scopesSignals, self.generation) = (descriptor, scopesSignals, generation)
    }

    deinit { close(descriptor) }
}

/// `RulesetBuilder` makes a ruleset: walks the folders on the way to the hidden paths, and allows the entries beside
/// the way.
struct RulesetBuilder {
    private let version: Int32
    private let hidden: HiddenPaths
    private let readOnly: [String]
    /// The inode of each allowed path. A changed inode means that the file was replaced.
    private(set) var seen: [String: ino_t] = [:]

    init(version: Int32, hidden: HiddenPaths, readOnly: [String]) {
        (self.version, self.hidden, self.readOnly) = (version, hidden, readOnly)
    }

    /// Makes a ruleset and returns its descriptor; -1 when the kernel supports none or the call failed. `own` is a
    /// folder in a hidden path that the ruleset allows.
    mutating func build(own: String? = nil) -> Int32 {
        let files = !hidden.way.isEmpty && version >= IX_LANDLOCK_FILES
        let signals = version >= IX_LANDLOCK_SIGNALS
        guard files || signals else { return -1 }
        let ruleset = ix_make_ruleset(version, files ? 1 : 0, signals ? 1 : 0)
        guard ruleset >= 0, files else { return ruleset }
        seen = [:]
        let way = Set(hidden.way.map(\.path)).union(readOnly.flatMap(HiddenPaths.folders(above:)))
        for path in way { allowContents(of: path, way, ruleset) }
        for path in readOnly { allow(path, ruleset, mayWrite: false) }
        if let own { allow(own, ruleset, mayWrite: true) }
        return ruleset
    }

    private mutating func allowContents(of path: String, _ way: Set<String>, _ ruleset: Int32) {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        let leftOut = hidden.way.first { $0.path == path }
        var names: [String] = []
        DirectoryEntries.forEach(in: folder) { names.append(String(cString: $0)) }
        for name in names where leftOut?.leavesOut(name) != true {
            let below = path == "/" ? "/" + name : path + "/" + name
            if !way.contains(below), !readOnly.contains(below) { allow(below, ruleset, mayWrite: true) }
        }
    }

    private mutating func allow(_ path: String, _ ruleset: Int32, mayWrite: Bool) {
        let file = ix_open_path(path)
        guard file >= 0 else { return }
        defer { close(file) }
        var status = stat()
        // A symbolic link needs no rule, because access is checked at the link's target.
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT != S_IFLNK else { return }
        seen[path] = status.st_ino
        // ignored: without a rule the entry stays hidden
        _ = ix_allow(ruleset, version, file, status.st_mode & S_IFMT == S_IFDIR ? 1 : 0, mayWrite ? 1 : 0)
    }
}
