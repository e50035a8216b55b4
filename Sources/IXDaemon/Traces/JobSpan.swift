import IXTelemetry
import Synchronization
import Tracing

/// `JobSpan` is a span of a pipeline's own code, until it ends.
///
/// Guarantees: a span has at most 32 attributes and links, whose texts are cut at 1,024 characters. Queries of URLs, events and
/// messages of errors are left out, because they may hold what a job's documents hold.
final class JobSpan: OpenSpan {
    private struct State: Sendable {
        var name: String
        var attributes: SpanAttributes = [:]
        var error: String?
        var links: [TraceContext] = []
        var hasEnded = false
    }

    private static let mostAttributes = 32
    private static let mostCharacters = 1024
    private static let mostLinks = 32
    private static let leftOut: Set<String> = ["url.full", "url.query", "http.url"]

    let context: ServiceContext
    private let place: TraceContext?
    private let parent: TraceContext?
    private let kind: SpanKind
    private let start: UInt64
    private let tracing: IXTelemetry.Tracing
    private let state: Mutex<State>

    init(
        _ name: String, _ kind: SpanKind, below context: ServiceContext, since start: UInt64,
        _ tracing: IXTelemetry.Tracing
    ) {
        parent = context.place
        place = parent?.child()
        var own = context
        own.place = place
        self.context = own
        (self.kind, self.start, self.tracing) = (kind, start, tracing)
        state = Mutex(State(name: name))
    }

    var isRecording: Bool { place?.isSampled == true && state.withLock { !$0.hasEnded } }

    var operationName: String {
        get { state.withLock { $0.name } }
        set { state.withLock { $0.name = newValue } }
    }

    var attributes: SpanAttributes {
        get { state.withLock { $0.attributes } }
        set { state.withLock { $0.attributes = newValue } }
    }

    func setStatus(_ status: SpanStatus) {
        state.withLock { $0.error = status.code == .error ? $0.error ?? "error" : nil }
    }

    func addEvent(_ event: SpanEvent) {}

    func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {
        // The type alone: a message may quote a document.
        state.withLock { $0.error = "\(type(of: error))" }
    }

    func addLink(_ link: SpanLink) {
        guard let place = link.context.place else { return }
        state.withLock { if $0.links.count < Self.mostLinks { $0.links.append(place) } }
    }

    func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let end = instant().nanosecondsSinceEpoch
        let ended = state.withLock { state -> State? in
            guard !state.hasEnded else { return nil }
            state.hasEnded = true
            return state
        }
        guard let ended, let place, let parent else { return }
        tracing.record(
            IXTelemetry.Span(
                String(ended.name.prefix(255)), kind.kind, place, parent: parent.spanID, from: Int64(clamping: start),
                to: Int64(clamping: end), Self.values(ended.attributes), links: ended.links, error: ended.error),
            in: place)
    }

    private static func values(_ attributes: SpanAttributes) -> [(String, IXTelemetry.Span.Value)] {
        var values: [(String, IXTelemetry.Span.Value)] = []
        attributes.forEach { name, attribute in
            guard values.count < mostAttributes, !leftOut.contains(name) else { return }
            values.append((String(name.prefix(255)), value(of: attribute)))
        }
        return values
    }

    private static func value(of attribute: SpanAttribute) -> IXTelemetry.Span.Value {
        switch attribute {
        case .int32(let number): .integer(Int(number))
        case .int64(let number): .integer(Int(number))
        case .double(let number): .number(number)
        case .bool(let flag): .text("\(flag)")
        case .string(let text): .text(String(text.prefix(mostCharacters)))
        case .stringConvertible(let value): .text(String("\(value)".prefix(mostCharacters)))
        default: .text(String("\(attribute)".prefix(mostCharacters)))
        }
    }
}

extension SpanKind {
    fileprivate var kind: IXTelemetry.Span.Kind {
        switch self {
        case .server: .server
        case .client: .client
        case .producer: .producer
        case .consumer: .consumer
        case .internal: .internal
        }
    }
}
