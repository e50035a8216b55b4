import Glibc

/// `FolderNames` reads the names in a folder, `.` and `..` included, in no order.
public enum FolderNames {
    /// A folder that can't be opened.
    public struct Failure: Error, Equatable {
        /// The number of the system's error.
        public let code: Int32
        /// True when no folder is at the path.
        public var isMissing: Bool { code == ENOENT || code == ENOTDIR }
        /// The text of the system's error.
        public var reason: String { String(cString: strerror(code)) }
    }

    /// Returns the names. Failure: throws `Failure` when the folder can't be opened.
    public static func read(_ folder: String) throws(Failure) -> [String] {
        guard let stream = opendir(folder) else { throw Failure(code: errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return names
    }

    /// Returns the names; empty for a folder that can't be opened.
    public static func readable(_ folder: String) -> [String] {
        // ignored: a caller of this function has no use for the reason
        (try? read(folder)) ?? []
    }
}
