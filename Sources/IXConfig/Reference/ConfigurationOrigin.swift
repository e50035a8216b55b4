/// Source of a configuration value. Later cases override earlier cases.
package enum ConfigurationOrigin: Sendable, Equatable, CustomStringConvertible {
    /// The default; no source set the key.
    case standard
    case file(path: String, line: Int?)
    /// A credential of the service manager, by its name.
    case credential(String)
    /// An environment variable, by its name.
    case environment(String)
    /// A command line flag.
    case flag

    var line: Int? {
        guard case .file(_, let line) = self else { return nil }
        return line
    }

    /// The source in words, as error messages begin: `FILE:LINE` for a file.
    package var description: String {
        switch self {
        case .standard: "default"
        case .file(let path, let line): line.map { "\(path):\($0)" } ?? path
        case .credential(let name): "credential \(name)"
        case .environment(let name): "environment \(name)"
        case .flag: "flag"
        }
    }
}

/// A key with the value in effect, for people. `ix-worker config` prints the entries.
package struct ConfigurationEntry: Sendable, Equatable, CustomStringConvertible {
    /// `section.name`, or `pipelines.NAME.key`.
    package let key: String
    /// The value as text; seconds as a decimal number, secrets as `*****` unless they are empty.
    package let value: String
    /// Source of the value.
    package let origin: ConfigurationOrigin

    /// One line: key, value and origin.
    package var description: String { "\(key) = \(value) (\(origin))" }
}
