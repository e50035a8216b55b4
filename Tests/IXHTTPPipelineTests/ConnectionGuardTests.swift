import AsyncHTTPClient
import NIOCore
import NIOEmbedded
import NIOHPACK
import NIOHTTP1
import NIOHTTP2
import Testing

@testable import IXHTTPPipeline
@testable import IXPipelines

/// HTTP/2's streams; HTTP/1.1 is tried on a real service.
@Suite struct ConnectionGuardTests {
    /// The status that a client behind the guard sees of a stream's answer; nil when it sees none.
    private func seen(_ status: String) throws -> UInt? {
        var configuration = HTTPClient.Configuration()
        ConnectionGuard.add(to: &configuration)
        let stream = EmbeddedChannel()
        try stream.pipeline.syncOperations.addHandler(HTTP2FramePayloadToHTTP1ClientCodec(httpProtocol: .https))
        let added = configuration.http2StreamChannelDebugInitializer?(stream)
        stream.embeddedEventLoop.run()
        try added?.wait()
        let head = HTTPRequestHead(version: .http2, method: .POST, uri: "/", headers: ["host": "service"])
        try stream.writeOutbound(HTTPClientRequestPart.head(head))
        try stream.writeOutbound(HTTPClientRequestPart.end(nil))
        let headers = HPACKHeaders([(":status", status)])
        let answer: HTTP2Frame.FramePayload = .headers(HTTP2Frame.FramePayload.Headers(headers: headers))
        try stream.writeInbound(answer)
        let part: HTTPClientResponsePart? = try stream.readInbound()
        guard case .head(let head)? = part else { return nil }
        return head.status.code
    }

    @Test func `a connection that was refused before the guard came stays refused`() throws {
        struct Refused: Error {}
        var configuration = HTTPClient.Configuration()
        configuration.http1_1ConnectionDebugInitializer = { $0.eventLoop.makeFailedFuture(Refused()) }
        ConnectionGuard.add(to: &configuration)
        let connection = EmbeddedChannel()
        let decoder = ByteToMessageHandler(HTTPResponseDecoder())
        try connection.pipeline.syncOperations.addHandler(decoder)
        let added = configuration.http1_1ConnectionDebugInitializer?(connection)
        connection.embeddedEventLoop.run()
        #expect(throws: Refused.self) { try added?.wait() }
    }

    @Test(arguments: ["100", "200", "599"])
    func `a stream's answer is passed on`(status: String) throws {
        let code = try seen(status)
        #expect(code == UInt(status))
    }

    @Test(arguments: ["000", "099"])
    func `a stream's impossible status is an error of the stream, and reaches no client`(status: String) {
        #expect(throws: ImpossibleStatus.self) { _ = try seen(status) }
    }
}
