internal import Glibc
internal import IXPipelines

/// `HiddenPaths` holds the folders and files that programs must not see, and the way: the folders above them.
///
/// Landlock can't exclude a path below an allowed folder. So every entry beside the way gets a rule, and the folders on
/// the way get none.
///
/// As a consequence, a program can't create or read new entries directly in a folder on the way. So a path is hidden
/// only where programs have no files to create. A path stays open when a folder on the way can't be listed, or is
/// writable for a group or for all (`/tmp`). A path also stays open when such a folder belongs to the daemon's user
/// (other than root) or lies in that user's home.
struct HiddenPaths {
    /// A folder on the way, and its hidden names.
    struct Folder: Equatable {
        let path: String
        var hidden: Set<String> = []
        /// Prefixes of hidden names, for the files that an embedded database keeps beside its main file.
        var hiddenStarts: Set<String> = []

        func leavesOut(_ name: String) -> Bool { hidden.contains(name) || hiddenStarts.contains { name.hasPrefix($0) } }
    }

    /// The folders on the way, from `/` on; empty when nothing is hidden.
    private(set) var way: [Folder] = []
    /// The paths that stay open, and the folder that is the reason.
    private(set) var open: [(path: String, folder: String)] = []
    /// The hidden paths, with links resolved.
    private(set) var paths: [String] = []

    /// Sorts the paths into hidden and open paths. Reads the file system as of now.
    ///
    /// - Parameters:
    ///   - paths: absolute paths; a path may be missing yet.
    ///   - starts: files to hide together with every file beside them whose name starts with the file's name.
    ///   - home: the home of the daemon's user.
    init(_ paths: [String], starts: [String] = [], home: String?) {
        let home = home.flatMap(Self.resolved)
        for (given, isStart) in paths.map({ ($0, false) }) + starts.map({ ($0, true) }) {
            guard let (path, isWhole) = Self.resolvedPath(given), path != "/", !contains(path)
            else { continue }
            if let folder = Self.folders(above: path).first(where: { Self.isOpen($0, home) }) {
                open.append((path, folder))
            } else {
                add(path, isStart && isWhole)
            }
        }
    }

    /// Returns true when `path` lies in a hidden path. A private directory in a hidden path needs its own rule.
    func contain(_ path: String) -> Bool {
        contains(Self.resolved(path) ?? path)
    }

    private func contains(_ path: String) -> Bool {
        paths.contains { path == $0 || path.hasPrefix($0 + "/") }
    }

    private mutating func add(_ path: String, _ isStart: Bool) {
        paths.append(path)
        let folders = Self.folders(above: path)
        for folder in folders where !way.contains(where: { $0.path == folder }) { way.append(Folder(path: folder)) }
        guard let last = way.firstIndex(where: { $0.path == folders.last }) else { return }
        let name = String(path.split(separator: "/").last ?? "")
        if isStart { way[last].hiddenStarts.insert(name) } else { way[last].hidden.insert(name) }
    }

    /// Returns the folders above `path`: `/`, `/var`, `/var/lib` for `/var/lib/x`.
    static func folders(above path: String) -> [String] {
        let parts = path.split(separator: "/").dropLast()
        return ["/"] + parts.indices.map { "/" + parts[...$0].joined(separator: "/") }
    }

    private static func isOpen(_ folder: String, _ home: String?) -> Bool {
        var status = stat()
        guard stat(folder, &status) == 0, access(folder, R_OK | X_OK) == 0 else { return true }
        if status.st_mode & 0o022 != 0 { return true }
        if let home, home != "/", folder == home || folder.hasPrefix(home + "/") { return true }
        return geteuid() != 0 && (status.st_uid == geteuid() || access(folder, W_OK) == 0)
    }

    /// Returns the path with links resolved. For a path with missing folders, returns the topmost missing folder and
    /// false.
    private static func resolvedPath(_ path: String) -> (path: String, isWhole: Bool)? {
        if let there = resolved(path) { return (there, true) }
        let parts = path.split(separator: "/")
        guard path.hasPrefix("/"), let name = parts.last else { return nil }
        let folder = "/" + parts.dropLast().joined(separator: "/")
        guard let there = resolved(folder) else { return resolvedPath(folder).map { ($0.path, false) } }
        return ((there == "/" ? "" : there) + "/" + name, true)
    }

    private static func resolved(_ path: String) -> String? {
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }
}
