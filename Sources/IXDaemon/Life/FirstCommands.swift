import IXCommand
import IXConfig

/// The commands that a daemon in a terminal prints, for the next terminal.
struct FirstCommands: Sendable {
    /// The options by which `ixctl` finds the daemon's store, with a blank before them.
    private let options: String
    private let hasPipelines: Bool

    init(_ configuration: Configuration) {
        let file = configuration.files.first { $0 != Configuration.standardFile }
        options = file.map { " --config \($0.shellWord)" } ?? ""
        hasPipelines = !configuration.pipelines.isEmpty
    }

    /// Returns the lines for a server at `address` whose operator's token is in the file `token`.
    func lines(address: String, token: String) -> [String] {
        let job = #"echo '{"context": {"hello": "world"}}' | ixctl enqueue echo --request - --wait"#
        let lines = [
            "HTTP API:   curl -H @\(token.shellWord) http://\(address)/v1/stats", "Dashboard:  ixctl open\(options)",
        ]
        return hasPipelines ? lines : lines + ["First job:  \(job)\(options)"]
    }
}
