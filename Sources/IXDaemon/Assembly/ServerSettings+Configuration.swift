import FoundationEssentials
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
        (hosts, origins) = (http.hosts, http.origins)
        framing = try FramingPolicy(http.frameAncestors)
        for text in http.trustedProxies {
            if text == "unix" {
                trustsSocketFiles = true
            } else if let network = Network(text) {
                trustedProxies.append(network)
            } else {
                throw InvalidInput(
                    "http.trusted_proxies", "'\(text)' is no address, no network like 10.0.0.0/8, and not unix")
            }
        }
        tokens = try http.tokensFile.map(Self.tokens) ?? .empty
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
        limits.rate = http.rate
        (limits.head, limits.body) = (http.headTime, http.bodyTime)
        (limits.reader, limits.idle) = (http.readerTime, http.idleTime)
        try check(http)
    }

    /// Reads the tokens' file, which is fixed from now on.
    private static func tokens(_ path: String) throws(InvalidInput) -> TokenList {
        let text: String
        do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw InvalidInput("http.tokens_file", "can't be read as UTF-8: \(path)")
        }
        do { return try TokenList(text) } catch {
            throw InvalidInput("http.tokens_file", "\(path): \(error.description)")
        }
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

    private static func isPath(_ text: String) -> Bool {
        let isLetter = { (byte: UInt8) in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-._~/".utf8.contains(byte)
            }
        }
        return text.hasPrefix("/") && !text.hasSuffix("/") && text.utf8.allSatisfy(isLetter)
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
        guard http.prefix.isEmpty || Self.isPath(http.prefix) else {
            throw InvalidInput(
                "http.prefix", "must begin with /, not end with /, and have letters, digits and -._~ between")
        }
    }
}

extension Binding {
    /// The address of `auto`.
    static let local = Binding.address(host: "127.0.0.1", port: 8791)
}
