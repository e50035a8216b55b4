package import NIOCore
internal import NIOSSL

/// Checks that a server's certificate names the host the client asked for.
///
/// NIOSSL also accepts a certificate for the connected address, even when the client asked for a name. An attacker in
/// control of the DNS could then present a certificate for an address of its own.
package enum ServerName {
    /// The error for a certificate that names a different host, or only an address.
    package struct Mismatch: Error, CustomStringConvertible {
        /// The reason, for the log; contains no names from the certificate.
        package let description: String
    }

    /// Checks the certificate of a finished handshake against `host`. Does nothing for a channel without TLS. A host
    /// that is an address is left to NIOSSL.
    ///
    /// Requires: the channel's event loop.
    /// Failure: `Mismatch` when the certificate doesn't name `host`.
    package static func check(_ channel: any Channel, named host: String?) throws {
        guard let host, !isAddress(host) else { return }
        let handler: NIOSSLClientHandler
        do { handler = try channel.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self) } catch {
            return  // ignored: no TLS, no certificate
        }
        guard let certificate = handler.peerCertificate else {
            throw Mismatch(description: "the server showed no certificate")
        }
        var (names, addresses) = ([[UInt8]](), 0)
        for name in certificate._subjectAlternativeNames() {
            switch name.nameType {
            case .dnsName: names.append(Array(name.contents))
            case .ipAddress: addresses += 1
            default: break
            }
        }
        // Without a subject alternative name of either kind, NIOSSL has compared the common name.
        guard !names.isEmpty || addresses > 0 else { return }
        guard names.contains(where: { vouches($0, for: Array(host.utf8)) }) else {
            throw Mismatch(
                description: names.isEmpty
                    ? "the certificate names an address, not the host" : "the certificate names another host")
        }
    }

    /// Returns true when a certificate's name covers `host`. A first label of `*` stands for any single label.
    static func vouches(_ name: [UInt8], for host: [UInt8]) -> Bool {
        let (name, host) = (plain(name), plain(host))
        if name == host { return true }
        guard name.starts(with: "*.".utf8), let dot = host.firstIndex(of: UInt8(ascii: ".")), dot > 0 else {
            return false
        }
        let rest = name.dropFirst()
        // The wildcard must not cover a whole top-level domain.
        return rest.dropFirst().contains(UInt8(ascii: ".")) && rest.elementsEqual(host[dot...])
    }

    /// Returns the name in lower case, without the dot of the root.
    private static func plain(_ name: [UInt8]) -> [UInt8] {
        let lower = name.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        return lower.last == UInt8(ascii: ".") ? lower.dropLast() : lower
    }

    private static func isAddress(_ host: String) -> Bool {
        // ignored: a text that isn't an address is a name
        host.contains(":") || host.hasPrefix("[") || (try? SocketAddress(ipAddress: host, port: 0)) != nil
    }
}
