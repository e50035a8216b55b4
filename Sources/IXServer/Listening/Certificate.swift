import NIOSSL
import Synchronization

/// The certificate of a server, which may be read again while the server runs.
final class Certificate: Sendable {
    private let files: CertificateFiles
    private let current: Mutex<NIOSSLContext>

    /// Reads the files. Throws `ServerFailure` when they can't be used.
    init(_ files: CertificateFiles) throws(ServerFailure) {
        self.files = files
        current = Mutex(try Self.read(files))
    }

    /// The context for the next connection.
    var context: NIOSSLContext { current.withLock { $0 } }

    /// Reads the files again; the old certificate stays when they can't be used.
    func reload() throws(ServerFailure) {
        let context = try Self.read(files)
        current.withLock { $0 = context }
    }

    private static func read(_ files: CertificateFiles) throws(ServerFailure) -> NIOSSLContext {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(files.certificate).map {
                NIOSSLCertificateSource.certificate($0)
            }
            let key = try NIOSSLPrivateKey(file: files.key, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain, privateKey: .privateKey(key))
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw ServerFailure(.configuration, "http.tls_certificate and http.tls_key can't be used: \(error)")
        }
    }
}

/// The reason why a server can't start.
package struct ServerFailure: Error, Sendable, CustomStringConvertible {
    /// The kinds of reasons.
    package enum Kind: Sendable, Equatable {
        /// The address is taken or can't be bound.
        case address
        /// The settings can't be used.
        case configuration
    }

    package let kind: Kind
    package let description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
