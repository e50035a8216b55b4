import NIOHTTP1

/// A refusal below the level of routes.
enum RawRefusal {
    case badRequest, timeout, targetTooLong, headTooLarge

    var status: HTTPResponseStatus {
        switch self {
        case .badRequest: .badRequest
        case .timeout: .requestTimeout
        case .targetTooLong: .uriTooLong
        case .headTooLarge: .requestHeaderFieldsTooLarge
        }
    }

    /// The kind of problem that the body names.
    var kind: Problem.Kind {
        switch self {
        case .badRequest: .badRequest
        case .timeout: .timeout
        case .targetTooLong: .uriTooLong
        case .headTooLarge: .headTooLarge
        }
    }

    /// Returns the body; `prefix` stands in front of the server's paths.
    func text(_ prefix: String) -> String {
        switch self {
        case .badRequest:
            Problem(.badRequest, status: 400, "The request is no valid HTTP/1.1.").text(requestID: nil, prefix)
        case .timeout: Problem(.timeout, "The request took too long to arrive.").text(requestID: nil, prefix)
        case .targetTooLong:
            Problem(.uriTooLong, "The target is over \(ServerLimits.targetBytes) bytes.").text(requestID: nil, prefix)
        case .headTooLarge:
            Problem(
                .headTooLarge,
                "The head is over \(ServerLimits.headBytes) bytes or \(ServerLimits.headFields) fields."
            ).text(requestID: nil, prefix)
        }
    }
}
