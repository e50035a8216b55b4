import IXCore

/// `Span` is a finished piece of work within a trace.
package struct Span: Sendable {
    /// The kinds of OpenTelemetry, by their numbers.
    package enum Kind: Int, Sendable {
        case `internal` = 1
        case server, client, producer, consumer
    }

    /// The value of an attribute.
    package enum Value: Sendable {
        case text(String)
        case integer(Int)
        case number(Double)

        fileprivate var json: String {
            switch self {
            case .text(let text): JSONPairs([("stringValue", JSONPairs.literal(text))]).text
            // The protocol writes 64-bit numbers as texts.
            case .integer(let number): "{\"intValue\":\"\(number)\"}"
            case .number(let number): "{\"doubleValue\":\(number.isFinite ? number : 0)}"
            }
        }
    }

    /// The place in the trace.
    package let context: TraceContext
    /// The span above; nil for the first span of a trace.
    package let parent: String?
    /// The name, of low cardinality.
    package let name: String
    /// The kind.
    package let kind: Kind
    /// The start and the end, in nanoseconds since 1970.
    package let time: ClosedRange<Int64>
    /// Further facts. Never a document, a token or a message of a pipeline.
    package let attributes: [(String, Value)]
    /// The contexts that caused the work.
    package let links: [TraceContext]
    /// The code of an error; nil for work that went well.
    package let error: String?

    /// Creates a span that ends now and began `duration` ago.
    package init(
        _ name: String, _ kind: Kind, _ context: TraceContext, parent: String?, lasting duration: Duration,
        _ attributes: [(String, Value)], links: [TraceContext] = [], error: String? = nil
    ) {
        let end = WallTime.now().nanoseconds
        self.init(
            name, kind, context, parent: parent, from: end - max(0, min(duration.wholeNanoseconds, end)), to: end,
            attributes, links: links, error: error)
    }

    /// Creates a span from `start` to `end`, in nanoseconds since 1970.
    package init(
        _ name: String, _ kind: Kind, _ context: TraceContext, parent: String?, from start: Int64, to end: Int64,
        _ attributes: [(String, Value)], links: [TraceContext] = [], error: String? = nil
    ) {
        (self.name, self.kind, self.context, self.parent) = (name, kind, context, parent)
        (self.attributes, self.links, self.error) = (attributes, links, error)
        time = start...max(start, end)
    }

    /// The span as an object of OTLP's JSON.
    package var json: String {
        var pairs = [
            ("traceId", JSONPairs.literal(context.traceID)), ("spanId", JSONPairs.literal(context.spanID)),
            ("name", JSONPairs.literal(name)), ("kind", "\(kind.rawValue)"),
            ("startTimeUnixNano", "\"\(time.lowerBound)\""), ("endTimeUnixNano", "\"\(time.upperBound)\""),
            ("attributes", Self.json(error.map { attributes + [("error.type", .text($0))] } ?? attributes)),
        ]
        if let state = context.state { pairs.append(("traceState", JSONPairs.literal(state))) }
        if let parent { pairs.append(("parentSpanId", JSONPairs.literal(parent))) }
        if !links.isEmpty { pairs.append(("links", "[" + links.map(\.link).joined(separator: ",") + "]")) }
        if error != nil { pairs.append(("status", "{\"code\":2}")) }
        return JSONPairs(pairs).text
    }

    /// Returns attributes as an array of OTLP's JSON.
    package static func json(_ attributes: [(String, Value)]) -> String {
        let items = attributes.map { JSONPairs([("key", JSONPairs.literal($0.0)), ("value", $0.1.json)]).text }
        return "[" + items.joined(separator: ",") + "]"
    }
}

extension TraceContext {
    /// The place as a link of OTLP's JSON.
    fileprivate var link: String {
        JSONPairs([("traceId", JSONPairs.literal(traceID)), ("spanId", JSONPairs.literal(spanID))]).text
    }
}
