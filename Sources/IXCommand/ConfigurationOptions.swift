package import ArgumentParser
package import IXConfig

/// `ConfigurationOptions` holds the command-line options that choose the configuration.
package struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("Read this file instead of /etc/ix-worker/ix-worker.toml.", valueName: "file"),
        completion: .file(extensions: ["toml"]), transform: FilePath.absolute)
    package var config: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Set one key, which overrides file and environment; may be repeated.", valueName: "section.key=value"),
        completion: .configurationKeys)
    package var overrides: [String] = []

    package init() {}

    /// Loads the configuration: defaults, then file, then environment, then `--set`. Prints every fault, and ends the
    /// program with status 78 after a fault.
    ///
    /// `asService` uses the surroundings of the installed service when the command is root's and has the service's view
    /// (see `ServiceView`).
    package func load(environment: [String: String], asService: Bool = true) throws -> Configuration {
        do {
            return try reader(environment: environment, asService: asService)([])
        } catch let error as ConfigurationError {
            throw Exit.configuration.saying("\(error)")
        }
    }

    /// Returns a reader for callers that continue after a fault and read again; the reader throws `ConfigurationError`.
    /// `known` are the files that were read before, which must still exist.
    package func reader(
        environment: [String: String], asService: Bool = true
    ) throws -> @Sendable (_ known: [String]) throws -> Configuration {
        let own = try overrides.map(Self.split)
        guard asService, let view = ServiceView.take(environment, config: config, overrides: own) else {
            let file = config
            return { try Configuration.load(file: file, known: $0, environment: environment, overrides: own) }
        }
        return {
            try Configuration.load(
                file: view.file, known: $0, environment: view.environment, overrides: view.overrides + own)
        }
    }

    /// Returns the variables of the process, and the variables of the installed service when the command has the
    /// service's view.
    package func serviceEnvironment(_ environment: [String: String]) throws -> [String: String] {
        let own = try overrides.map(Self.split)
        return ServiceView.take(environment, config: config, overrides: own)?.environment ?? environment
    }

    /// Returns the unit of the installed service; nil when the command has no view of the service.
    package func serviceUnit(_ environment: [String: String]) throws -> ServiceUnit? {
        ServiceView.take(environment, config: config, overrides: try overrides.map(Self.split))?.unit
    }

    /// The options as the operator typed them, for another start of the command.
    package var arguments: [String] {
        (config.map { ["--config", $0] } ?? []) + overrides.flatMap { ["--set", $0] }
    }

    private static func split(_ text: String) throws -> (key: String, value: String) {
        guard let equals = text.firstIndex(of: "=") else {
            // The message doesn't quote the text, because the text may contain a secret.
            throw ValidationError("--set takes section.key=value; one of them has no '='")
        }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }
}

extension CompletionKind {
    /// The keys of the configuration, as `--set` takes them.
    fileprivate static let configurationKeys = CompletionKind.custom { _, _, prefix in
        ConfigurationKey.all.map { $0.path + "=" }.filter { $0.hasPrefix(prefix) }
    }
}
