import FoundationEssentials
import Glibc

/// Resolves the path of the embedded file: the default for an unset path, and the absolute path of a relative path.
extension Settings {
    private static let name = "/jobs.db"

    /// Chooses `jobs.db` in the installed directory when that directory is writable and no state directory is
    /// configured. The daemon and every local producer then open the same file. Must run before
    /// `resolveStateDirectory`.
    mutating func resolveSQLitePath(_ environment: [String: String], _ installed: String) {
        guard self[\.sqlite.path].isEmpty, self[\.worker.stateDirectory].isEmpty,
            environment["STATE_DIRECTORY"]?.isEmpty ?? true, access(installed, W_OK | X_OK) == 0
        else { return }
        set(\.sqlite.path, installed + Self.name, from: .standard)
    }

    /// Places a still unset path in the state directory, and makes a relative path absolute. Must run after
    /// `resolveStateDirectory`.
    mutating func completeSQLitePath() {
        let (given, origin) = (self[\.sqlite.path], origin(\.sqlite.path))
        guard !given.isEmpty else {
            let directory = self[\.worker.stateDirectory]
            return set(\.sqlite.path, directory + Self.name, from: self.origin(\.worker.stateDirectory))
        }
        guard given != ":memory:", !given.hasPrefix("file:") else {
            return refuse(
                \.sqlite.path, origin,
                "must be the path of a file, because jobs in memory or at a URL would be lost or doubled")
        }
        guard !given.hasPrefix("/") else { return }
        set(\.sqlite.path, FileManager.default.currentDirectoryPath + "/" + given, from: origin)
    }
}
