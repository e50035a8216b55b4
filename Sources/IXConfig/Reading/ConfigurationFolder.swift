import IXCore

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
        do {
            let names = try FolderNames.read(folder).filter { $0.hasSuffix(".toml") && !$0.hasPrefix(".") }
            return names.sorted().map { "\(folder)/\($0)" }
        } catch {
            if error.isMissing { return [] }
            throw ConfigurationFault(
                origin: .file(path: folder, line: nil), key: "", reason: "can't be read: \(error.reason)")
        }
    }
}
