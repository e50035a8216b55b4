import IXCore
import IXTestSupport
import Testing

@testable import IXCallbacks

/// Answers as receivers give them, and what curl makes of the same bytes.
@Suite struct AnswerReaderTests {
    private func read(_ text: String, pieces: Int = 1_000_000) -> AnswerReader {
        var reader = AnswerReader(bodyLimit: 16)
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            reader.take(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
        }
        return reader
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok"),
        ("HTTP/1.1 200 OK\nContent-Length: 2\n\nok", 200, "ok"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok", 200, "ok"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok", 200, "ok"),
        ("HTTP/1.0 200\r\n\r\nok", 200, "ok"), ("HTTP/1.1  204  No Content\r\n\r\n", 204, ""),
        (
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n",
            202, ""
        ),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nok\r\n1\n!\n0\r\n\r\n", 200, "ok!"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\nzz\r\n", 200, ""),
        (
            "HTTP/1.1 500 Oh\r\nX-Long: a\r\n b\r\n\tc\r\nContent-Length: 99999999999999999999999\r\n\r\nbody", 500,
            "body"
        ),
        ("HTTP/1.1 299 \u{C3}\u{BC}\r\nServer:\r\n\r\n", 299, ""),
        ("HTTP/2 200\r\ncontent-length: 1\r\n\r\nx", 200, "x"),
    ])
    func `what curl takes as an answer is one, however it comes in`(_ text: String, _ status: Int, _ body: String) {
        for pieces in [1, 3, 1_000_000] {
            let reader = read(text, pieces: pieces)
            #expect(reader.head?.status == status && reader.fault == nil, "\(reader.fault ?? "")")
            #expect(String(decoding: reader.body, as: UTF8.self) == body)
        }
    }

    @Test(arguments: [
        ("SSH-2.0-OpenSSH\r\n", "not HTTP: it begins with 'S'"), ("<html>", "not HTTP"),
        ("\r\nHTTP/1.1 200 OK\r\n\r\n", "not HTTP"),
        ("HTTP/1.1 42 Odd\r\n\r\n", "not HTTP"), ("HTTP/1.1 042 Odd\r\n\r\n", "its status is 042"),
        ("HTTP/1.1 000 Odd\r\n\r\n", "its status is 000"), ("HTTP/1.1 2000 Odd\r\n\r\n", "not HTTP"),
        ("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "no colon"), ("HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n", "NUL"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n", "two Content-Length that differ"),
        ("HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n", "Content-Length is no number"),
        ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "Content-Length is no number"),
        (
            "HTTP/1.1 200 OK\r\nSet-Cookie: " + String(repeating: "x", count: 70_000),
            "the header Set-Cookie of the answer is over 65536 bytes"
        ),
        (
            "HTTP/1.1 200 OK\r\n" + String(repeating: "A: " + String(repeating: "x", count: 1000) + "\r\n", count: 300),
            "the head of the answer is over 262144 bytes"
        ),
        ("HTTP/1.1 200 " + String(repeating: "x", count: 70_000), "its first line is over 65536 bytes"),
    ])
    func `what is no answer is said to be none, and why`(_ text: String, _ words: String) {
        for pieces in [1, 1_000_000] {
            let reader = read(text, pieces: pieces)
            #expect(
                reader.fault?.contains(words) == true && reader.isOver && reader.head == nil,
                "\(reader.fault ?? "none")")
        }
    }

    @Test func `Retry-After is kept as it stands, the first one of two`() {
        #expect(read("HTTP/1.1 503 x\r\nretry-AFTER:  7 \r\nRetry-After: 9\r\n\r\n").head?.retryAfter == "7")
    }

    @Test func `a body is read to its limit and no further, and half a head is none`() {
        let endless = read("HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "x", count: 100))
        #expect(endless.isOver && endless.body.count == 16)
        let half = read("HTTP/1.1 200 OK\r\nServer: x")
        #expect(half.head == nil && half.isBegun && !half.isOver && half.fault == nil)
    }

    @Test func `no bytes whatever end the reader`() {
        var random = SeededGenerator(seed: 20_261_129)
        let seeds = [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        ].map { Array($0.utf8) }
        for _ in 0..<20_000 {
            var bytes = seeds.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                bytes[at] = UInt8.random(in: .min ... .max, using: &random)
            }
            var reader = AnswerReader(bodyLimit: 16)
            reader.take(bytes)
            #expect(reader.fault == nil || reader.isOver)
            #expect(reader.body.count <= 16)
        }
    }
}
