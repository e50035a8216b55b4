import FoundationEssentials
import Glibc

/// Resolves the path of the embedded file: the default for an unset path, and the absolute path of a relative path.
extension Settings {
    private static let path = "sqlite.path"
    private static let name = "/jobs.db"

    /// Chooses `jobs.db` in the installed directory when that directory is writable and no state directory is
    /// configured. The daemon and every local producer then open the same file. Must run before
    /// `resolveStateDirectory`.
    mutating func resolveSQLitePath(_ environment: [String: String], _ installed: String) {
        guard self[Self.path].value.text.isEmpty, self["worker.state_directory"].value.text.isEmpty,
            environment["STATE_DIRECTORY"]?.isEmpty ?? true, access(installed, W_OK | X_OK) == 0
        else { return }
        set(Self.path, .text(installed + Self.name), from: .standard)
    }

    /// Places a still unset path in the state directory, and makes a relative path absolute. Must run after
    /// `resolveStateDirectory`.
    mutating func completeSQLitePath() {
        let given = self[Self.path]
        guard !given.value.text.isEmpty else {
            let directory = self["worker.state_directory"]
            return set(Self.path, .text(directory.value.text + Self.name), from: directory.origin)
        }
        guard given.value.text != ":memory:", !given.value.text.hasPrefix("file:") else {
            return refuse(
                Self.path, given.origin,
                "must be the path of a file, because jobs in memory or at a URL would be lost or doubled")
        }
        guard !given.value.text.hasPrefix("/") else { return }
        set(Self.path, .text(FileManager.default.currentDirectoryPath + "/" + given.value.text), from: given.origin)
    }
}
