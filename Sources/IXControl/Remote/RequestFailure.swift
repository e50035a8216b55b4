import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix

/// The reason of a request that got no whole answer, in the words of people.
struct RequestFailure: CustomStringConvertible {
    private let error: any Error

    init(_ error: any Error) { self.error = error }

    var description: String {
        switch error {
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { RequestFailure($0.error).description }
                ?? "the name \(error.host) has no address"
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case let error as HTTPClientError: error.shortDescription
        default: "\(error)"
        }
    }
}
