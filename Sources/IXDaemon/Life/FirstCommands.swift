import IXCommand
import IXConfig

/// The commands that a daemon in a terminal prints, for the next terminal.
struct FirstCommands: Sendable {
    private static let storeKeys = ["store.kind", "sqlite.path"]
    private static let serverKeys = ["http.listen", "http.hosts", "http.prefix", "http.tls_certificate"]

    /// The options by which `ixctl` finds the daemon's store, each with a blank before it; nil where another terminal
    /// lacks the variable that names the store.
    private let storeOptions: String?
    /// The options by which `ixctl open` finds the server.
    private let serverOptions: String
    private let hasPipelines: Bool

    init(_ configuration: Configuration) {
        storeOptions = Self.storeOptions(configuration)
        serverOptions = Self.options(configuration.entries(Self.serverKeys).filter { $0.origin.isOfThisStart })
        hasPipelines = !configuration.pipelines.isEmpty
    }

    /// Returns the lines for a server at `address` whose operator's token is in the file `token`.
    func lines(address: String, token: String) -> [String] {
        let line = "HTTP API:   curl -H @\(token.shellWord) http://\(address)/v1/stats"
        guard let storeOptions else { return [line] }
        let lines = [line, "Dashboard:  ixctl open\(storeOptions)\(serverOptions)"]
        let job = #"echo '{"context": {"hello": "world"}}' | ixctl enqueue echo --request - --wait"#
        return hasPipelines ? lines : lines + ["First job:  \(job)\(storeOptions)"]
    }

    private static func storeOptions(_ configuration: Configuration) -> String? {
        let entries = configuration.entries(storeKeys)
        guard !entries.contains(where: \.origin.isEnvironment) else { return nil }
        let file = configuration.namedFile.map { " --config \($0.shellWord)" } ?? ""
        return file + options(entries.filter { $0.origin == .flag })
    }

    private static func options(_ entries: [ConfigurationEntry]) -> String {
        entries.map { " --set \($0.key)=\($0.value.shellWord)" }.joined()
    }
}

extension Configuration {
    /// The file of `--config`; nil for the standard one. Without a standard file the first file read is one of its folder.
    fileprivate var namedFile: String? {
        files.first.flatMap { $0 == Self.standardFile || $0.hasPrefix(folder + "/") ? nil : $0 }
    }

    fileprivate func entries(_ keys: [String]) -> [ConfigurationEntry] {
        effective.filter { keys.contains($0.key) }
    }
}

extension ConfigurationOrigin {
    fileprivate var isEnvironment: Bool {
        if case .environment = self { true } else { false }
    }

    /// True for a value that another terminal lacks without an option.
    fileprivate var isOfThisStart: Bool { self == .flag || isEnvironment }
}
