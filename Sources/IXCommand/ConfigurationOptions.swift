public import ArgumentParser
public import IXConfig

/// The options by which every command finds its configuration.
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

    /// Default, then file, then environment, then `--set`. Ends the program with 78 and every fault named.
    public func load(environment: [String: String]) throws -> Configuration {
        do {
            return try reader(environment: environment)([])
        } catch let error as ConfigurationError {
            throw Exit.configuration.saying("\(error)")
        }
    }

    /// The same for those who go on after a fault, and read again; it throws `ConfigurationError`. It takes the files that were
    /// read before, which must still be there.
    public func reader(
        environment: [String: String]
    ) throws -> @Sendable (_ known: [String]) throws -> Configuration {
        let (file, pairs) = (config, try overrides.map(Self.split))
        return { try Configuration.load(file: file, known: $0, environment: environment, overrides: pairs) }
    }

    private static func split(_ text: String) throws -> (key: String, value: String) {
        guard let equals = text.firstIndex(of: "=") else {
            // Not quoted: what was meant for a value may be a secret.
            throw ValidationError("--set takes section.key=value; one of them has no '='")
        }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }
}
