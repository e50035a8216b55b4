/// `EgressPolicy` decides which addresses callbacks may go to.
///
/// `trusted`: producers are the operator's own services. Callbacks may use http and https to any port, including
/// private networks and loopback, but not link-local and metadata addresses.
///
/// `strict`: callbacks may use only https to public addresses, ports 443, 80 and from 1024, and names instead of
/// addresses.
///
/// Networks in `refused` are always refused. Networks in `allowed` are allowed whichever rule applies.
package struct EgressPolicy: Sendable, Equatable {
    /// The basic rule, which the sets below refine.
    package enum Rule: String, Sendable, CaseIterable {
        case trusted, strict
    }

    /// The basic rule.
    package var rule: Rule
    /// The allowed schemes; empty means the schemes of the rule.
    package var schemes: Set<String>
    /// The allowed ports; empty means the ports of the rule.
    package var ports: Set<Int>
    /// Networks allowed in spite of the rule.
    package var allowed: [Network]
    /// Networks refused always, even when `allowed` contains the address.
    package var refused: [Network]

    /// Creates a policy.
    package init(
        _ rule: Rule, schemes: Set<String> = [], ports: Set<Int> = [], allowed: [Network] = [], refused: [Network] = []
    ) {
        self.rule = rule
        self.schemes = schemes
        self.ports = ports
        self.allowed = allowed
        self.refused = refused
    }

    /// Returns the reason why the URL is refused before its name is resolved; nil when the URL is allowed.
    func fault(of url: TargetURL) -> String? {
        let schemes = schemes.isEmpty ? (rule == .strict ? ["https"] : ["http", "https"]) : schemes
        guard schemes.contains(url.scheme) else { return "the scheme \(url.scheme) is not allowed" }
        guard isAllowed(port: url.port) else { return "port \(url.port) is not allowed" }
        guard rule == .strict, let address = url.address, !allowed.contains(where: { $0.contains(address) }) else {
            return nil
        }
        return "an IP address instead of a host name is not allowed"
    }

    /// Returns the reason why the address is refused; nil when the address is allowed. An embedded IPv4 address is
    /// checked too.
    func fault(of address: IPAddress) -> String? {
        if let network = refused.first(where: { $0.contains(address) }) {
            return "\(address) is in \(network), which is refused"
        }
        if allowed.contains(where: { $0.contains(address) }) { return nil }
        let networks = rule == .strict ? RefusedNetworks.strict : RefusedNetworks.always
        if let network = networks.first(where: { $0.contains(address) }) {
            return "\(address) is in \(network), which is not allowed"
        }
        return address.embedded.lazy.compactMap { fault(of: $0) }.first.map { "\(address): \($0)" }
    }

    /// Returns the reason why a name is refused; a single refused address is enough.
    func fault(of addresses: [IPAddress]) -> String? { addresses.lazy.compactMap { fault(of: $0) }.first }

    private func isAllowed(port: Int) -> Bool {
        guard ports.isEmpty else { return ports.contains(port) }
        return rule == .trusted || port == 443 || port == 80 || port >= 1024
    }
}

/// Networks to which no callback goes unless the configuration allows the network.
enum RefusedNetworks {
    /// Networks refused under every rule: addresses of no host, and metadata services that give credentials to any
    /// local process.
    static let always = [
        "0.0.0.0/8", "169.254.0.0/16", "100.100.100.200", "168.63.129.16", "224.0.0.0/4", "240.0.0.0/4", "::/128",
        "fd00:ec2::254", "fe80::/10", "fec0::/10", "ff00::/8",
    ].map(Network.init(fixed:))

    /// Networks refused under `strict`: every network that is not globally routable.
    static let strict =
        always
        + [
            "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "::/96",
            "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/32", "2001:db8::/32", "2002::/16", "3fff::/20",
            "5f00::/16", "fc00::/7",
        ].map(Network.init(fixed:))
}
