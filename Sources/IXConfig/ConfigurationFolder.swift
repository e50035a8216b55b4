#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// `ConfigurationFolder` is the folder `conf.d` beside a configuration file. The folder's files are read after the
/// configuration file, sorted by name.
enum ConfigurationFolder {
    static let name = "conf.d"

    static func path(beside file: String) -> String {
        file.lastIndex(of: "/").map { String(file[...$0]) + name } ?? name
    }

    /// Returns the paths of the folder's `*.toml` files, sorted by name; empty for a missing folder. Names that begin
    /// with a dot are left out, as shells and package tools do.
    static func files(in folder: String) throws(ConfigurationFault) -> [String] {
        guard let stream = opendir(folder) else {
            if errno == ENOENT || errno == ENOTDIR { return [] }
            let reason = "can't be read: \(String(cString: strerror(errno)))"
            throw ConfigurationFault(origin: .file(path: folder, line: nil), key: "", reason: reason)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".toml"), !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted().map { "\(folder)/\($0)" }
    }
}
