internal import Glibc

/// Folders and files that programs must not see, and the folders on the way to them. Landlock knows no exceptions below
/// what it allows; so everything is allowed that lies beside the way, and nothing on it.
///
/// A program can't make or read anything new right in a folder on the way. So a place is hidden only where programs have
/// nothing to make: not where a folder on the way is the daemon's user's own, a home, or open to others (`/tmp`).
struct HiddenPlaces {
    /// One folder on the way, and the names in it that are left out.
    struct Folder: Equatable {
        let path: String
        var hidden: Set<String> = []
        /// Names that start so, too: what an embedded database has beside it.
        var hiddenStarts: Set<String> = []

        func leavesOut(_ name: String) -> Bool { hidden.contains(name) || hiddenStarts.contains { name.hasPrefix($0) } }
    }

    /// From the root on; empty: nothing is hidden.
    private(set) var way: [Folder] = []
    /// What stays open, and which folder makes it so.
    private(set) var open: [(place: String, folder: String)] = []
    /// The hidden places themselves, resolved.
    private(set) var places: [String] = []

    /// - Parameters:
    ///   - places: absolute paths; those that don't exist yet included.
    ///   - starts: files that are hidden with all beside them whose names start with theirs.
    ///   - home: of the daemon's user.
    init(_ places: [String], starts: [String] = [], home: String?) {
        let home = home.flatMap(Self.resolved)
        for (place, isStart) in places.map({ ($0, false) }) + starts.map({ ($0, true) }) {
            guard let (path, isWhole) = Self.resolvedPlace(place), path != "/", !contains(path)
            else { continue }
            if let folder = Self.folders(above: path).first(where: { Self.isOpen($0, home) }) {
                open.append((path, folder))
            } else {
                add(path, isStart && isWhole)
            }
        }
    }

    /// Whether `path` lies in a hidden place: a private directory there needs a rule of its own.
    func contain(_ path: String) -> Bool {
        contains(Self.resolved(path) ?? path)
    }

    private func contains(_ path: String) -> Bool {
        places.contains { path == $0 || path.hasPrefix($0 + "/") }
    }

    private mutating func add(_ path: String, _ isStart: Bool) {
        places.append(path)
        let folders = Self.folders(above: path)
        for folder in folders where !way.contains(where: { $0.path == folder }) { way.append(Folder(path: folder)) }
        guard let last = way.firstIndex(where: { $0.path == folders.last }) else { return }
        let name = String(path.split(separator: "/").last ?? "")
        if isStart { way[last].hiddenStarts.insert(name) } else { way[last].hidden.insert(name) }
    }

    /// `/`, `/var`, `/var/lib` for `/var/lib/x`.
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

    /// Links followed. What isn't there yet is hidden by the first folder that isn't: false then.
    private static func resolvedPlace(_ path: String) -> (path: String, isWhole: Bool)? {
        if let there = resolved(path) { return (there, true) }
        let parts = path.split(separator: "/")
        guard path.hasPrefix("/"), let name = parts.last else { return nil }
        let folder = "/" + parts.dropLast().joined(separator: "/")
        guard let there = resolved(folder) else { return resolvedPlace(folder).map { ($0.path, false) } }
        return ((there == "/" ? "" : there) + "/" + name, true)
    }

    private static func resolved(_ path: String) -> String? {
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }
}
