internal import AsyncHTTPClient
internal import FoundationEssentials
package import IXCore
package import IXPipelines
internal import IXTelemetry
internal import IXWebhooks
internal import NIOCore
internal import NIOHTTP1

/// `HTTPPipeline` runs jobs on a service: posts the request, and takes the answer as the response.
///
/// Guarantees: redirects are never followed. At most a response's limit is read of an answer. `Idempotency-Key` is the
/// job's id, equal on every attempt.
/// Concurrency: a waiting job holds a connection and no thread.
/// Failure: never throws (see `HTTPAnswer`, `HTTPFailure`). A service that can't be reached costs the job no start. A service that was
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
        client = HTTPServiceClient(settings)
    }

    /// Posts the request and waits for the answer. The time is limited only by the caller's cancellation, and by 8
    /// days.
    package func run(_ request: RequestIX, context: PipelineContext) async throws -> PipelineReport {
        guard let body = body(of: request) else {
            let member = settings.requestMember ?? ""
            return PipelineReport(.discard(JobError("bad_request", "the request's \(member) is not an object")))
        }
        var call = settings.service
        let start = ContinuousClock.now
        var report: PipelineReport
        do {
            let answer = try await answer(to: post(body, request, context))
            call.status = Int(answer.status)
            report = answer.report(settings, now: .now)
        } catch {
            report =
                Task.isCancelled
                ? PipelineReport(.cancelled) : HTTPFailure(error, host: settings.host ?? "the service").report
        }
        call.duration = .now - start
        report.call = call
        return report
    }

    /// Sends the request, and once more on a fresh connection when the service had closed the kept one. The service can
    /// tell a second arrival by `Idempotency-Key`.
    private func answer(to post: HTTPClientRequest) async throws -> HTTPAnswer {
        do {
            return try await client.keeping { try await read($0.execute(post, timeout: Self.longest)) }
        } catch  where Self.isStale(error) && !Task.isCancelled {
            return try await client.fresh { try await read($0.execute(post, timeout: Self.longest)) }
        }
    }

    /// True when a kept connection was closed before any byte of an answer, or before any byte of the request.
    private static func isStale(_ error: any Error) -> Bool {
        error is StaleConnection || error as? ChannelError == .ioOnClosedChannel
    }

    private static let longest = TimeAmount.hours(24 * 8)

    /// Reads changed certificate files again; requests under way keep their connections.
    package func prepare() { client.renew() }

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
            ("traceparent", context.trace),
        ]
        if let state = context.traceState { headers.append(("tracestate", state)) }
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
}
