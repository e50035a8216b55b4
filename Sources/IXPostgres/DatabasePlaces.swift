import IXCore

extension ConnectionParameters {
    /// The hosts and ports that the address names, each host once; an empty host for a socket of this one. Those that only a
    /// service file names aren't among them.
    public var places: [(host: String, port: Int)] {
        // ignored: an address that can't be read leads nowhere
        let said = (try? address.options()) ?? [:]
        let defaults = PostgresAddress.defaults
        let hosts = Self.list(said["hostaddr"] ?? said["host"] ?? defaults["hostaddr"] ?? defaults["host"] ?? "")
        let ports = Self.list(said["port"] ?? defaults["port"] ?? "")
        return hosts.enumerated().map { index, host in
            let port = ports.count == 1 ? ports[0] : ports.indices.contains(index) ? ports[index] : ""
            let isSocket = host.hasPrefix("/") || host.hasPrefix("@")
            return (isSocket ? "" : host, Int(port) ?? 5432)
        }
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
}
