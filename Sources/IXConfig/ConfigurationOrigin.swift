/// Where a value of the configuration came from, weakest first.
public enum ConfigurationOrigin: Sendable, Equatable, CustomStringConvertible {
    /// Nobody said anything.
    case standard
    case file(path: String, line: Int?)
    /// What the service manager handed over, by its name.
    case credential(String)
    /// The variable's name.
    case environment(String)
    /// A flag of the command line.
    case flag

    var line: Int? {
        guard case .file(_, let line) = self else { return nil }
        return line
    }

    public var description: String {
        switch self {
        case .standard: "default"
        case .file(let path, let line): line.map { "\(path):\($0)" } ?? path
        case .credential(let name): "credential \(name)"
        case .environment(let name): "environment \(name)"
        case .flag: "flag"
        }
    }
}
