/// `ServiceCall` is a pipeline's request to a service: what the span of the call tells. Never the path, a query, a header
/// or a document, which may hold secrets.
package struct ServiceCall: Sendable, Equatable {
    /// `http` or `https`.
    package let scheme: String
    /// The service's host.
    package let host: String
    /// The service's port.
    package let port: Int
    /// The status of the answer; nil without an answer.
    package var status: Int?
    /// The time from the request to the whole answer, or to the failure.
    package var duration = Duration.zero

    /// Creates a call without an answer.
    package init(scheme: String, host: String, port: Int) {
        (self.scheme, self.host, self.port) = (scheme, host, port)
    }
}
