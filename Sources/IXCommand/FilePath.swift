import FoundationEssentials

/// `FilePath` names files in messages.
package enum FilePath {
    /// Returns the path from the root on, so that a message in a log or of another folder's script names one file. `-`
    /// and an empty path stay as they are.
    package static func absolute(_ path: String) -> String {
        guard !path.isEmpty, path != "-", !path.hasPrefix("/") else { return path }
        var parts = FileManager.default.currentDirectoryPath.split(separator: "/")
        for part in path.split(separator: "/") where part != "." { parts.append(part) }
        return "/" + parts.joined(separator: "/")
    }
}
