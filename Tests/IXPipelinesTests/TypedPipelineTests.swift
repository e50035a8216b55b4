import FoundationEssentials
import IXCore
import IXPipelinesSupport
import Synchronization
import Testing

@testable import IXPipelines

/// The documents of Swift pipelines as values of types.
@Suite struct TypedPipelineTests {
    private struct Dates: Codable {
        var due: Date
    }

    private static func request(_ context: String) throws -> RequestIX {
        try RequestIX(
            useCase: "u", clientID: "c", requestID: "r", fields: JSONDocument(request: "{\"context\":\(context)}"))
    }

    @Test(arguments: [
        ("2026-03-04T05:06:07Z", "2026-03-04T05:06:07Z"), ("2026-03-04T05:06:07.5Z", "2026-03-04T05:06:07.500000Z"),
        ("2026-03-04T05:06:07.000008+02:00", "2026-03-04T03:06:07.000008Z"),
        ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"), ("2026-03-04", "2026-03-04T00:00:00Z"),
    ])
    func `dates are ISO 8601 both ways`(_ text: String, _ written: String) throws {
        let dates = try Self.request("{\"due\":\"\(text)\"}").context(as: Dates.self)
        #expect(try ResponseIX(encoding: dates).document["due"]?.string == written)
    }

    @Test func `a date that is none is refused`() throws {
        for text in ["\"soon\"", "772600767", "null"] {
            #expect(throws: DecodingError.self) { try Self.request("{\"due\":\(text)}").context(as: Dates.self) }
        }
        #expect(throws: EncodingError.self) {
            try ResponseIX(encoding: Dates(due: .init(timeIntervalSince1970: .infinity)))
        }
    }

    @Test func `coders of the author's own are used`() throws {
        let (decoder, encoder) = (JSONDecoder(), JSONEncoder())
        decoder.dateDecodingStrategy = .secondsSince1970
        encoder.dateEncodingStrategy = .secondsSince1970
        let dates = try Self.request("{\"due\":1772600767}").context(as: Dates.self, decoder: decoder)
        #expect(try ResponseIX(encoding: dates, encoder: encoder).document["due"]?.text == "1772600767")
    }

    private struct Order: TypedPipeline {
        struct Item: Decodable { var price: Double }
        struct Input: Decodable { var items: [Item] }
        struct Output: Encodable { var sum: Double }

        func run(_ input: Input, context: PipelineContext) async throws -> Output {
            Output(sum: input.items.reduce(0) { $0 + $1.price })
        }
    }

    private static func run(_ pipeline: any Pipeline, _ context: String) async throws -> PipelineReport {
        try await SwiftPipeline(pipeline).run(request(context), context: Workshop().context())
    }

    @Test func `a typed pipeline gets and returns values`() async throws {
        let report = try await Self.run(Order(), #"{"items":[{"price":1.5},{"price":2}]}"#)
        #expect(report.outcome == .complete(try ResponseIX(JSONDocument(response: #"{"sum":3.5}"#))))
    }

    @Test(arguments: [
        (#"{"items":[{"price":1},{"price":"x"}]}"#, "context.items[1].price is no number of the type"),
        (#"{"items":[{}]}"#, "context.items[0].price is missing"), (#"{"items":{}}"#, "context.items is no list"),
        ("null", "context is missing or null"),
        (#"{"items":[{"price":null}]}"#, "context.items[0].price is missing or null"),
    ])
    func `a context of another shape is refused, and the place is named`(_ context: String, _ message: String)
        async throws
    {
        let report = try await Self.run(Order(), context)
        #expect(report.outcome == .discard(JobError("bad_context", message)))
    }

    @Test func `a set-up that fails costs no start, and the next job tries it again`() async throws {
        let runner = SwiftPipeline(LatePrepared())
        let workshop = try Workshop()
        let first = try await runner.run(Self.request("1"), context: workshop.context())
        #expect(first.fault?.isUnstarted == true && workshop.logTail.contains("not there"))
        let second = try await runner.run(Self.request("1"), context: workshop.context())
        #expect(second == PipelineReport(.complete(ResponseIX(members: []))))
    }

    /// A pipeline whose first set-up fails.
    private final class LatePrepared: Pipeline {
        private let tries = Mutex(0)
        func prepare() async throws {
            let number = tries.withLock { tries in
                tries += 1
                return tries
            }
            if number == 1 { throw InvalidInput("model", "not there") }
        }
        func run(_ request: RequestIX, context: PipelineContext) async throws -> ResponseIX { ResponseIX(members: []) }
    }
}
