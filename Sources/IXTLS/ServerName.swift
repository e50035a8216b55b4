public import NIOCore
internal import NIOSSL

/// Whether a server's certificate vouches for the name that it was asked for by.
///
/// NIOSSL takes a certificate for the address that it is connected to, too, also where a name was asked for: a party that answers
/// for the name in the DNS could show one for an address of its own.
public enum ServerName {
    /// The certificate names another host, or an address alone.
    public struct Mismatch: Error, CustomStringConvertible {
        public let description: String
    }

    /// Throws `Mismatch` unless the certificate of a finished handshake names `host`. To be called on the channel's event loop.
    /// A channel without TLS, and a host that is an address, are left to NIOSSL.
    public static func check(_ channel: any Channel, named host: String?) throws {
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
        // Without either, NIOSSL has compared the common name.
        guard !names.isEmpty || addresses > 0 else { return }
        guard names.contains(where: { vouches($0, for: Array(host.utf8)) }) else {
            throw Mismatch(
                description: names.isEmpty
                    ? "the certificate names an address, not the host" : "the certificate names another host")
        }
    }

    /// A certificate's name, in which a first label of `*` stands for any one label.
    static func vouches(_ name: [UInt8], for host: [UInt8]) -> Bool {
        let (name, host) = (plain(name), plain(host))
        if name == host { return true }
        guard name.starts(with: "*.".utf8), let dot = host.firstIndex(of: UInt8(ascii: ".")), dot > 0 else {
            return false
        }
        let rest = name.dropFirst()
        // Not a whole top level.
        return rest.dropFirst().contains(UInt8(ascii: ".")) && rest.elementsEqual(host[dot...])
    }

    /// In lower case, without the root's dot.
    private static func plain(_ name: [UInt8]) -> [UInt8] {
        let lower = name.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        return lower.last == UInt8(ascii: ".") ? lower.dropLast() : lower
    }

    private static func isAddress(_ host: String) -> Bool {
        // ignored: what is no address is a name
        host.contains(":") || host.hasPrefix("[") || (try? SocketAddress(ipAddress: host, port: 0)) != nil
    }
}
