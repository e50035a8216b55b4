import IXCore

extension ConnectionParameters {
    /// The hosts and ports that the address names, in the order of the address. A socket on this host has an empty host
    /// name. Hosts that only a service file names are missing.
    package var hostPorts: [(host: String, port: Int)] {
        // ignored: an unreadable address leads to no host
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
