public import ArgumentParser
public import IXConfig

/// `ConfigurationOptions` holds the command-line options that choose the configuration.
public struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("Read this file instead of /etc/ix-worker/ix-worker.toml.", valueName: "file"))
    public var config: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Set one key, over file and environment; may be repeated.", valueName: "section.key=value"))
    public var overrides: [String] = []

    public init() {}

    /// Loads the configuration: defaults, then file, then environment, then `--set`. Failure: ends the program with
    /// exit code 78 after printing every fault.
    public func load(environment: [String: String]) throws -> Configuration {
        do {
            return try reader(environment: environment)()
        } catch let error as ConfigurationError {
            throw Exit.configuration.saying("\(error)")
        }
    }

    /// Returns a closure that loads the configuration each time, for callers that continue after a fault. Failure: the
    /// closure throws `ConfigurationError`.
    public func reader(environment: [String: String]) throws -> @Sendable () throws -> Configuration {
        let (file, pairs) = (config, try overrides.map(Self.split))
        return { try Configuration.load(file: file, environment: environment, overrides: pairs) }
    }

    private static func split(_ text: String) throws -> (key: String, value: String) {
        guard let equals = text.firstIndex(of: "=") else {
            // The message doesn't quote the text, because the text may contain a secret.
            throw ValidationError("--set takes section.key=value; one of them has no '='")
        }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }
}
