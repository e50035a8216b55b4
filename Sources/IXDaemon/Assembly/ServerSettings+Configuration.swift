import IXConfig
import IXCore
import IXRepresentation
import IXServer

extension ServerSettings {
    /// Creates the settings of the configured server; nil when no server is wanted. `isLocal` says that the daemon runs
    /// in a terminal on the embedded file.
    ///
    /// Failure: `InvalidInput` naming the key.
    init?(
        _ http: Configuration.HTTP, inherited: [Binding], isLocal: Bool
    ) throws(InvalidInput) {
        let bindings = inherited.isEmpty ? try Self.bindings(http.listen, isLocal: isLocal) : inherited
        guard !bindings.isEmpty else { return nil }
        self.init(bindings: bindings)
        authentication = http.needsToken ? .token : .off
        (hosts, origins, trustedProxies) = (http.hosts, http.origins, http.trustedProxies)
        prefix = http.prefix
        (threads, mask) = (http.threads, Mask(http.mask))
        switch (http.certificate, http.key) {
        case (let chain?, let key?): certificate = CertificateFiles(certificate: chain, key: key)
        case (nil, nil): certificate = nil
        case (_, nil): throw InvalidInput("http.tls_key", "is missing beside http.tls_certificate")
        case (nil, _): throw InvalidInput("http.tls_certificate", "is missing beside http.tls_key")
        }
        (limits.connections, limits.streams) = (http.connections, http.streams)
        (limits.waits, limits.queue, limits.queueTime) = (http.waits, http.queue, http.queueTime)
        (limits.head, limits.body) = (http.headTime, http.bodyTime)
        (limits.reader, limits.idle) = (http.readerTime, http.idleTime)
        try check(http)
    }

    private static func bindings(_ listen: [String], isLocal: Bool) throws(InvalidInput) -> [Binding] {
        if listen == ["auto"] { return isLocal ? [.local] : [] }
        if listen == ["off"] { return [] }
        var bindings: [Binding] = []
        for text in listen {
            guard let binding = Binding(text) else {
                throw InvalidInput("http.listen", "'\(text)' is no HOST:PORT, unix:/PATH, auto or off")
            }
            bindings.append(binding)
        }
        return bindings
    }

    private func check(_ http: Configuration.HTTP) throws(InvalidInput) {
        let open = bindings.filter { !$0.isLocal }
        if let open = open.first {
            guard http.needsToken else { throw InvalidInput("http.auth", "can't be off on \(open), beyond loopback") }
            guard certificate != nil || http.plain else {
                throw InvalidInput(
                    "http.tls_certificate", "is missing for \(open); http.plain = true serves without TLS")
            }
        }
        guard http.prefix.isEmpty || http.prefix.hasPrefix("/") && !http.prefix.hasSuffix("/") else {
            throw InvalidInput("http.prefix", "must begin with / and not end with /")
        }
    }
}

extension Binding {
    /// The address of `auto`.
    static let local = Binding.address(host: "127.0.0.1", port: 8791)
}
