import AsyncHTTPClient
import FoundationEssentials
import IXConcurrency
import IXCore
import IXTelemetry
import NIOCore
import NIOHTTP1

/// `SpanExporter` posts finished spans to a collector, as OTLP in JSON: 512 spans at most, or those of 5 seconds.
///
/// Guarantees: no job waits for the collector. A batch that the collector doesn't take within three tries is dropped and
/// counted. The end takes 2 seconds at most.
final class SpanExporter: Sendable {
    private let settings: TraceSettings
    private let tracing: Tracing
    private let version: String
    private let life = LoopLife()
    /// Ends the wait for a batch.
    private let nap = Locked(Latch())
    private static let pause = Duration.seconds(5)
    private static let tries = 3

    init(_ settings: TraceSettings, _ tracing: Tracing, version: String) {
        (self.settings, self.tracing, self.version) = (settings, tracing, version)
    }

    /// Posts spans until `end`.
    func run() async {
        await life.run {
            tracing.onBatch { [nap] in nap.value.open() }
            while !life.isStopped {
                let latch = Latch()
                nap.value = latch
                if tracing.count < Tracing.batch, !life.isStopped { await latch.wait(upTo: Self.pause) }
                while tracing.count > 0 { await post(tracing.take(Tracing.batch)) }
            }
        }
    }

    /// Ends the loop after what waits has been posted, or after 2 seconds.
    func end() async {
        life.stop()
        nap.value.open()
        await life.ended.wait(upTo: .seconds(2))
    }

    private func post(_ spans: [Span]) async {
        let body = text(of: spans)
        for number in 1...Self.tries {
            let pause = await once(body, number)
            guard let pause else { return tracing.note(sent: spans.count, taken: true) }
            if number == Self.tries || pause < .zero || life.isStopped { break }
            await life.stopping.wait(upTo: pause)
        }
        tracing.note(sent: spans.count, taken: false)
    }

    /// Returns nil when the collector has taken the body, the pause before another try, or a negative pause when none
    /// helps.
    private func once(_ body: String, _ number: Int) async -> Duration? {
        var request = HTTPClientRequest(url: settings.endpoint)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        for (name, value) in settings.headers { request.headers.replaceOrAdd(name: name, value: value) }
        request.body = .bytes(ByteBuffer(string: body))
        let backoff = Duration.seconds(1 << (number - 1))
        do {
            let timeout = TimeAmount.nanoseconds(settings.timeout.wholeNanoseconds)
            let response = try await HTTPClient.shared.execute(request, timeout: timeout)
            _ = try await response.body.collect(upTo: 1 << 20)  // ignored: the status says enough
            switch response.status.code {
            case 200..<300: return nil
            case 429, 502...504:
                let after = response.headers.first(name: "retry-after").flatMap { Int($0) }
                return after.map { .seconds(min(max($0, 0), 30)) } ?? backoff
            default: return .seconds(-1)
            }
        } catch {
            // ignored: the spans count as dropped when no later try succeeds
            return backoff
        }
    }

    private func text(of spans: [Span]) -> String {
        let scope = JSONPairs([("name", "\"ix-worker\""), ("version", JSONPairs.literal(version))]).text
        let list = "[" + spans.map(\.json).joined(separator: ",") + "]"
        let group = JSONPairs([("scope", scope), ("spans", list)]).text
        let resource = JSONPairs([("attributes", Span.json(settings.resource))]).text
        let part = JSONPairs([("resource", resource), ("scopeSpans", "[\(group)]")]).text
        return JSONPairs([("resourceSpans", "[\(part)]")]).text
    }
}
