internal import AsyncHTTPClient
internal import Glibc
internal import IXCore
internal import IXPipelines
internal import IXTLS
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// `HTTPFailure` turns the failure of a request without an answer into the job's report, in words for people.
///
/// A service that can't have seen any part of the request costs the job no start. Failed handshakes belong to these: a
/// certificate, a version of TLS, a name.
struct HTTPFailure {
    private let error: any Error
    private let host: String

    init(_ error: any Error, host: String) { (self.error, self.host) = (error, host) }

    var report: PipelineReport {
        let handshake = handshakeReason
        let isUnstarted = handshake != nil || isUnconnected
        let broken = isUnstarted ? "the service can't be reached" : "the connection to the service broke"
        let message = handshake ?? (error as? ImpossibleStatus)?.description ?? broken
        return PipelineReport(
            .retry(after: nil, JobError(PipelineCode.unavailable, message)),
            fault: PipelineFault(handshake ?? unreachedReason ?? "\(error)", isUnstarted: isUnstarted))
    }

    /// The reason of a connection that didn't come about; nil for another failure.
    private var unreachedReason: String? {
        guard let error = error as? NIOConnectionError else { return nil }
        guard let failure = error.connectionErrors.first?.error else { return "the name \(error.host) has no address" }
        let cause = (failure as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(failure)"
        return "\(error.host):\(error.port) can't be reached: \(cause)"
    }

    /// The reason of a handshake that failed, or of a certificate file that can't be used; nil for another failure.
    private var handshakeReason: String? {
        switch error {
        case let error as CertificateFile.Unusable: "\(error)"
        case let error as ServerName.Mismatch: "the certificate of \(host) is not valid: \(error)"
        case let error as NIOSSLExtraError: "the certificate of \(host) is not valid: \(error.description)"
        case NIOSSLError.handshakeFailed(let cause): Self.words("\(cause)", host)
        case let error as BoringSSLError: Self.words("\(error)", host)
        case let error as HTTPClientError where error == .tlsHandshakeTimeout:
            "the TLS handshake with \(host) took too long"
        default: nil
        }
    }

    private static func words(_ cause: String, _ host: String) -> String {
        if cause.contains("CERTIFICATE_VERIFY_FAILED") {
            return
                "the certificate of \(host) is not trusted: no authority of the system or of ca_file vouches for it, "
                + "or its time is over"
        }
        if cause.contains("WRONG_VERSION_NUMBER") { return "\(host) does not speak TLS at this address" }
        if cause.contains("CERTIFICATE_REQUIRED") || cause.contains("HANDSHAKE_FAILURE") {
            return "\(host) refused the TLS handshake; it may ask for client_certificate: \(cause)"
        }
        return "the TLS handshake with \(host) failed: \(cause)"
    }

    private static let unreached = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN]

    /// True when the service can't have seen any part of the request.
    private var isUnconnected: Bool {
        if error is NIOConnectionError { return true }
        if let error = error as? IOError { return Self.unreached.contains(error.errnoCode) }
        guard let error = error as? HTTPClientError else { return error is SocketAddressError }
        if [.connectTimeout, .getConnectionFromPoolTimeout].contains(error) { return true }
        return "\(error)".contains("roxy")  // the proxy answered in the service's place
    }
}
