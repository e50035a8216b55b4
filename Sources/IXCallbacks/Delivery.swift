import FoundationEssentials
import IXConcurrency
import IXCore
import IXStore
import IXTelemetry

/// `DeliveryResult` is the result of a try, for the store and for the endpoint's breaker.
struct DeliveryResult: Sendable {
    let callback: ClaimedCallback
    let completion: DeliveryCompletion
    let observation: Endpoints.Observation
}

/// `Delivery` is a try to deliver a callback, from the claim to the result to be recorded.
struct Delivery: Sendable {
    let callback: ClaimedCallback
    let settings: CallbackSettings
    let poster: Poster
    let tracing: Tracing?

    func run() async -> DeliveryResult {
        Failpoint.callbackClaimed.reach()
        let start = ContinuousClock.now
        let last = tracing.context(
            jobID: callback.jobID, claimID: callback.lastClaim ?? callback.jobID, caller: callback.traceContext)
        let trace = tracing == nil ? last : last.child()
        let result = await attempt(trace)
        tracing?.record(span(trace, parent: last.spanID, result, .now - start), in: trace)
        let rules = DeliveryRules(pauses: settings.pauses)
        if case .answered(200..<300, _) = result.kind { Failpoint.callbackAnswered.reach() }
        var random = KernelRandom()
        let outcome = rules.outcome(
            of: result, callback: callback, now: Date().timeIntervalSince1970, using: &random)
        return DeliveryResult(
            callback: callback,
            completion: DeliveryCompletion(callback, outcome, report: report(result, ContinuousClock.now - start)),
            observation: rules.observation(on: result))
    }

    private func attempt(_ trace: TraceContext) async -> PostResult {
        let request: PostRequest
        do {
            request = try PostRequest(callback, settings, trace: trace, now: Int(Date().timeIntervalSince1970))
        } catch {
            return PostResult(kind: .refused("the URL \(error.reason)", isFinal: true))
        }
        return await poster.post(request)
    }

    private func span(_ trace: TraceContext, parent: String, _ result: PostResult, _ time: Duration) -> Span {
        var attributes: [(String, Span.Value)] = [
            ("http.request.method", .text("POST")),
            ("messaging.message.id", .text(callback.jobID.uuidString.lowercased())),
            ("ix.try", .integer(callback.tries + 1)),
        ]
        // ignored: a URL that can't be read has no server
        if let url = try? TargetURL(callback.url) {
            attributes += [("server.address", .text(url.host)), ("server.port", .integer(url.port))]
        }
        var error: String? = "no_answer"
        if case .answered(let status, _) = result.kind {
            attributes.append(("http.response.status_code", .integer(status)))
            error = (200..<300).contains(status) ? nil : "\(status)"
        }
        return Span("callback", .client, trace, parent: parent, lasting: time, attributes, error: error)
    }

    private func report(_ result: PostResult, _ time: Duration) -> DeliveryReport? {
        switch result.kind {
        case .stopped, .crowded: return nil
        default: break
        }
        let status: Int? = if case .answered(let status, _) = result.kind { status } else { nil }
        return DeliveryReport(
            seconds: time.inSeconds, httpStatus: status,
            reason: DeliveryRules.reason(of: result).map(Self.printable),
            answer: status == nil ? nil : Self.printable(result.answer.prefix(DeliveryReport.answerBytes)))
    }

    /// Returns the first 1000 characters with control characters replaced by spaces, so that every store can keep the
    /// text and every terminal can show it. NUL is the most important case, because PostgreSQL refuses NUL.
    static func printable(_ bytes: some Collection<UInt8>) -> String {
        printable(String(decoding: bytes, as: UTF8.self))
    }

    static func printable(_ text: String) -> String {
        var clean = ""
        for scalar in text.unicodeScalars.prefix(1000) {
            let isShown = scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)
            clean.unicodeScalars.append(isShown ? scalar : " ")
        }
        return clean
    }
}
