import Testing

@testable import IXPipelines
@testable import IXPrograms

@Suite struct LogTailTests {
    private func tail(_ chunks: [[UInt8]], limit: Int = 8) -> String {
        var tail = LogTail(limit: limit)
        for chunk in chunks { chunk.withUnsafeBytes { tail.append($0) } }
        return tail.text
    }

    @Test func `the end is kept, however the bytes arrive`() {
        #expect(tail([Array("0123456789abcdef".utf8)]) == "89abcdef")
        #expect(tail("0123456789abcdefghijklmnopqrstuvwxyz".utf8.map { [$0] }) == "stuvwxyz")
        #expect(tail([Array("short".utf8)]) == "short")
    }

    @Test func `NUL is left out and broken text repaired, within the room`() {
        #expect(tail([[0x61, 0, 0x62]]) == "ab")
        let repaired = tail([[UInt8](repeating: 0xFF, count: 100)])
        #expect(repaired == "\u{FFFD}\u{FFFD}")
    }

    @Test func `a character that was cut off leaves nothing`() {
        #expect(tail([Array("€€€€".utf8)]) == "€€")
    }

    @Test func `the last lines are whole ones while they fit`() {
        #expect(LogTail.lastLines(of: "one\ntwo\nthree\n\n", bytes: 8) == "three")
        #expect(LogTail.lastLines(of: "one\ntwo\n", bytes: 100) == "one\ntwo")
        #expect(LogTail.lastLines(of: String(repeating: "x", count: 20), bytes: 5) == "xxxxx")
        #expect(LogTail.lastLines(of: "\n \n", bytes: 5) == nil)
    }
}

@Suite struct LogRateTests {
    private let start = ContinuousClock.now

    @Test func `a second lets its number pass and counts the others`() {
        var rate = LogRate(limit: 3)
        #expect(rate.tick(start) == nil)
        var passed: [Bool] = []
        for _ in 0..<5 { passed.append(rate.allows(bytes: 10)) }
        #expect(passed == [true, true, true, false, false])
        #expect(rate.tick(start + .milliseconds(999)) == nil)
        #expect(rate.allows(bytes: 10) == false)
        #expect(rate.tick(start + .seconds(1)) == 3)
        #expect(rate.allows(bytes: 10) == true)
        #expect(rate.takeDropped() == nil)
    }

    @Test func `a second lets its bytes pass, however few lines they are`() {
        var rate = LogRate(limit: 1000, bytes: 100)
        _ = rate.tick(start)  // ignored: the first starts the second
        var passed: [Bool] = []
        for bytes in [60, 60, 40] { passed.append(rate.allows(bytes: bytes)) }
        #expect(passed == [true, false, true])
        #expect(rate.tick(start + .seconds(1)) == 1)
        #expect(rate.allows(bytes: 100) == true)
    }

    @Test func `what was dropped last is told at the end`() {
        var rate = LogRate(limit: 0)
        #expect(rate.allows(bytes: 10) == false)
        #expect(rate.takeDropped() == 1)
        #expect(rate.takeDropped() == nil)
    }
}

@Suite struct SafeTextTests {
    @Test func `a snippet is printable and short`() {
        #expect(SafeText.snippet(Array("plain € text".utf8), bytes: 200) == "plain € text")
        #expect(SafeText.snippet([0x1B, 0x5B, 0x32, 0x4A, 0, 0x0A], bytes: 200) == "\\u{1b}[2J\\u{0}\\u{a}")
        #expect(SafeText.snippet([UInt8](repeating: 0, count: 500), bytes: 200).utf8.count <= 200)
        #expect(SafeText.snippet(Array("a\u{202E}b".utf8), bytes: 200) == "a\\u{202e}b")
    }

    @Test func `a suffix is made of whole characters`() {
        #expect(SafeText.suffix("a€", bytes: 3) == "€")
        #expect(SafeText.suffix("a€", bytes: 2) == "")
        #expect(SafeText.suffix("abc", bytes: 9) == "abc")
    }
}
