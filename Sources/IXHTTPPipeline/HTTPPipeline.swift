internal import AsyncHTTPClient
internal import FoundationEssentials
internal import Glibc
package import IXCore
package import IXPipelines
internal import IXTelemetry
internal import IXWebhooks
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// `HTTPPipeline` runs jobs on a service: posts the request, and takes the answer as the response.
///
/// Guarantees: redirects are never followed. At most a response's limit is read of an answer. `Idempotency-Key` is the
/// job's id, equal on every attempt.
/// Concurrency: a waiting job holds a connection and no thread.
/// Failure: never throws (see `HTTPAnswer`). A service that can't be reached costs the job no start. A service that was
/// reached and failed costs a start.
package struct HTTPPipeline: PipelineRunner {
    private let settings: HTTPSettings
    private let userAgent: String
    private let client: HTTPServiceClient

    /// Creates the pipeline; the first job creates the HTTP client. `userAgent` is sent unless the settings hold a
    /// `user-agent` header.
    package init(_ settings: HTTPSettings, userAgent: String) {
        self.settings = settings
        self.userAgent = userAgent
        client = HTTPServiceClient(host: settings.host)
    }

    /// Posts the request and waits for the answer. The time is limited only by the caller's cancellation, and by 8
    /// days.
    package func run(_ request: RequestIX, context: PipelineContext) async throws -> PipelineReport {
        guard let body = body(of: request) else {
            let member = settings.requestMember ?? ""
            return PipelineReport(.discard(JobError("bad_request", "the request's \(member) is not an object")))
        }
        do {
            let response = try await client.value.execute(post(body, request, context), timeout: .hours(24 * 8))
            return try await read(response).report(settings, now: .now)
        } catch {
            return Task.isCancelled ? PipelineReport(.cancelled) : unanswered(error)
        }
    }

    /// Drops the connections and shuts the HTTP client down. A later job creates a new client.
    package func close() async { await client.close() }

    /// Returns the request, or the member of the request that the service is sent; nil when the member is no object.
    private func body(of request: RequestIX) -> String? {
        guard let path = settings.requestMember else { return request.document.text }
        var document: JSONDocument? = request.document
        for name in path.split(separator: ".") { document = document?[String(name)]?.object }
        return document?.text
    }

    private func post(_ body: String, _ request: RequestIX, _ context: PipelineContext) -> HTTPClientRequest {
        let jobID = context.attempt.jobID.uuidString.lowercased()
        var post = HTTPClientRequest(url: settings.url)
        post.method = .POST
        var headers: [(name: String, value: String)] = [
            ("content-type", "application/json"), ("user-agent", userAgent), ("idempotency-key", jobID),
            ("x-ix-attempt", "\(context.attempt.number)"),
            ("x-ix-deadline", context.deadlineText()),
            ("traceparent", TraceContext.new().traceparent),
        ]
        let seconds = Int(Date.now.timeIntervalSince1970)
        headers += settings.signature?.headers(id: jobID, seconds: seconds, body: body) ?? []
        for (name, value) in headers { post.headers.add(name: name, value: value) }
        // The operator's headers replace the daemon's, including `content-type` and `user-agent`.
        for (name, value) in settings.headers { post.headers.replaceOrAdd(name: name, value: value) }
        post.body = .bytes(ByteBuffer(string: body))
        return post
    }

    private func read(_ response: HTTPClientResponse) async throws -> HTTPAnswer {
        var bytes: [UInt8] = []
        var overflowed = false
        for try await chunk in response.body {
            overflowed = bytes.count + chunk.readableBytes > Limits.responseBytes
            // Leaving the loop drops the connection, so an endless answer is not read further.
            if overflowed { break }
            bytes.append(contentsOf: chunk.readableBytesView)
        }
        return HTTPAnswer(
            status: response.status.code, retryAfter: response.headers.first(name: "retry-after"), body: bytes,
            overflowed: overflowed)
    }

    private func unanswered(_ error: any Error) -> PipelineReport {
        let isUnstarted = Self.isUnconnected(error)
        let broken = isUnstarted ? "the service can't be reached" : "the connection to the service broke"
        let message = (error as? ImpossibleStatus)?.description ?? broken
        return PipelineReport(
            .retry(after: nil, JobError(PipelineCode.unavailable, message)),
            fault: PipelineFault("\(error)", isUnstarted: isUnstarted))
    }

    private static let unreached = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EHOSTDOWN]

    /// Returns true when the service can't have seen any part of the request.
    private static func isUnconnected(_ error: any Error) -> Bool {
        if error is NIOConnectionError { return true }
        if let error = error as? IOError { return unreached.contains(error.errnoCode) }
        guard let error = error as? HTTPClientError else { return error is SocketAddressError }
        return [.connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout].contains(error)
    }
}
