internal import AsyncHTTPClient
internal import FoundationEssentials
internal import Glibc
public import IXCore
internal import IXWebhooks
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Runs jobs on a service: the request is posted, the answer is the response.
///
/// Guarantees: redirects are never followed; an answer is read up to a response's limit; `Idempotency-Key` is the same on
/// every attempt.
/// Concurrency: a waiting job holds a connection and no thread.
/// Failure: never throws (see `HTTPAnswer`). A service that isn't reached costs the job no start; one that was, and failed,
/// does.
public struct HTTPPipeline: PipelineRunner {
    private let settings: HTTPSettings
    private let userAgent: String
    private let client: HTTPServiceClient

    public init(_ settings: HTTPSettings, userAgent: String) {
        self.settings = settings
        self.userAgent = userAgent
        client = HTTPServiceClient(host: settings.host)
    }

    public func run(_ request: RequestIX, context: PipelineContext) async throws -> PipelineReport {
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

    public func close() async { await client.close() }

    /// The request, or the part of it that the service is to see.
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
            ("x-ix-deadline", ExecEnvironment.deadline(after: context.timeout, from: .now)),
            ("traceparent", ExecEnvironment.traceParent()),
        ]
        let seconds = Int(Date.now.timeIntervalSince1970)
        headers += settings.signature?.headers(id: jobID, seconds: seconds, body: body) ?? []
        for (name, value) in headers { post.headers.add(name: name, value: value) }
        // The operator's word counts, content-type and user-agent included.
        for (name, value) in settings.headers { post.headers.replaceOrAdd(name: name, value: value) }
        post.body = .bytes(ByteBuffer(string: body))
        return post
    }

    private func read(_ response: HTTPClientResponse) async throws -> HTTPAnswer {
        var bytes: [UInt8] = []
        var overflowed = false
        for try await chunk in response.body {
            overflowed = bytes.count + chunk.readableBytes > Limits.responseBytes
            // Leaving the loop drops the connection: an answer without end is not read to it.
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

    /// Nothing of the request can have been seen.
    private static func isUnconnected(_ error: any Error) -> Bool {
        if error is NIOConnectionError { return true }
        if let error = error as? IOError { return unreached.contains(error.errnoCode) }
        guard let error = error as? HTTPClientError else { return error is SocketAddressError }
        return [.connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout].contains(error)
    }
}
