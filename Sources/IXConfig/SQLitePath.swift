import FoundationEssentials
import Glibc

/// Where the embedded file lies when the configuration doesn't say, and in full when it does.
extension Settings {
    private static let path = "sqlite.path"
    private static let name = "/jobs.db"

    /// An installed daemon and everybody who may write beside it use one file, whoever they are; before the state
    /// directory is resolved, since what somebody says of that comes first.
    mutating func resolveSQLitePath(_ environment: [String: String], _ installed: String) {
        guard self[Self.path].value.text.isEmpty, self["worker.state_directory"].value.text.isEmpty,
            environment["STATE_DIRECTORY"]?.isEmpty ?? true, access(installed, W_OK | X_OK) == 0
        else { return }
        set(Self.path, .text(installed + Self.name), from: .standard)
    }

    /// Whatever is left lies in the state directory; a relative path is one from here.
    mutating func completeSQLitePath() {
        let given = self[Self.path]
        guard !given.value.text.isEmpty else {
            let directory = self["worker.state_directory"]
            return set(Self.path, .text(directory.value.text + Self.name), from: directory.origin)
        }
        guard given.value.text != ":memory:", !given.value.text.hasPrefix("file:") else {
            return refuse(
                Self.path, given.origin,
                "must be the path of a file: jobs in memory or behind a URL would be lost or doubled")
        }
        guard !given.value.text.hasPrefix("/") else { return }
        set(Self.path, .text(FileManager.default.currentDirectoryPath + "/" + given.value.text), from: given.origin)
    }
}
